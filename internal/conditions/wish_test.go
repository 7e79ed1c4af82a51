package conditions_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/conditions"
)

// asked is how customers ask for a person, as they write it.
var asked = []struct{ language, text string }{
	{"en", "Can I talk to a person?"},
	{"en", "I’d like to speak with a REAL human please"},
	{"en", "human"},
	{"en", "Agent, please!"},
	{"en", "get me through to an agent"},
	{"en", "connect me to customer service"},
	{"en", "I don't want to talk to a bot"},
	{"en", "I want to speak to your manager NOW"},
	{"en", "is there a human there"},
	{"en", "let me talk to somebody"},
	{"en", "I need help from a human"},
	{"en", "I'd rather deal with a person"},
	{"en", "Get me your manager"},
	{"en", "I want the manager!"},
	{"en", "transfer to agent"},
	{"en", "talk 2 human"},
	{"en", "no more bots!!"},
	{"en", "Is anybody there?"},
	{"en", "hello? anyone there?"},
	{"hi", "मुझे किसी इंसान से बात करनी है"},
	{"hi", "एजेंट से जोड़िए"},
	{"hi", "इन्सान चाहिये"},
	{"hi", "क्या मैं किसी से बात कर सकता हूँ?"},
	{"hi", "mujhe kisi insaan se baat karni hai"},
	{"hi", "Agent se baat karao"},
	{"es", "Quiero hablar con una persona"},
	{"es", "¿Me comunica con un agente, por favor?"},
	{"es", "pásame con un asesor"},
	{"es", "necesito un humano"},
	{"es", "quiero hablar con alguien"},
	{"pt", "Quero falar com um atendente"},
	{"pt", "posso falar com uma pessoa de verdade?"},
	{"pt", "me transfere para um humano"},
	{"pt", "Atendimento humano"},
	{"fr", "Je veux parler à un humain"},
	{"fr", "Puis-je parler à quelqu’un ?"},
	{"fr", "passez-moi un conseiller s'il vous plaît"},
	{"fr", "j'ai besoin d'un conseiller"},
	{"de", "Ich möchte mit einem Menschen sprechen"},
	{"de", "Kann ich mit einem echten Mitarbeiter reden?"},
	{"de", "Verbinden Sie mich bitte mit einem Mitarbeiter"},
	{"de", "Mitarbeiter bitte"},
	{"de", "Gib mir einen Menschen"},
	{"de", "gibt es hier echte Menschen?"},
	{"de", "ich will mit jemandem sprechen"},
	{"ar", "أريد التحدث إلى موظف"},
	{"ar", "اريد اتكلم مع شخص حقيقي"},
	{"ar", "حولني إلى خدمة العملاء"},
	{"ar", "أُرِيدُ التَّحَدُّثَ مَعَ إِنْسَان"},
	{"id", "Saya mau bicara dengan orang"},
	{"id", "tolong hubungkan saya dengan petugas"},
	{"id", "mau ngobrol sama manusia"},
	{"id", "bisa bicara dengan CS?"},
}

func TestWish(t *testing.T) {
	for _, c := range asked {
		t.Run(c.text, func(t *testing.T) {
			if conditions.Wish(c.text, nil) == "" {
				t.Error("no wish is found in any language")
			}
			if conditions.Wish(c.text, []string{c.language + "-XX"}) == "" {
				t.Errorf("no wish is found in %s; the words are %q", c.language, conditions.Split(c.text))
			}
		})
	}
}

// What is said every day is no wish for a person.
func TestNoWish(t *testing.T) {
	for _, text := range []string{
		"", "Hello", "Where is my order 4711?", "That was inhumane", "the human body lotion I ordered", "I am a person of few words",
		"Can I return a jacket?", "My name is Agent Smith", "What does a person pay for two tickets?", "two agents were mentioned in the manual",
		"मेरा ऑर्डर कहाँ है?", "क्या यह इंसानियत है", "¿Dónde está mi pedido?", "una mesa para dos personas", "Onde está meu pedido?", "quarto para uma pessoa",
		"Où est ma commande ?", "une chambre pour une personne", "Wo ist meine Bestellung?", "Ist das für eine Person?", "أين طلبي؟", "Di mana pesanan saya?", "untuk dua orang",
	} {
		t.Run(text, func(t *testing.T) {
			if got := conditions.Wish(text, nil); got != "" {
				t.Errorf("a wish is found: %q", got)
			}
		})
	}
}

// Only the languages of the account count.
func TestWishGoesByLanguages(t *testing.T) {
	for _, c := range []struct {
		languages []string
		want      bool
	}{{nil, true}, {[]string{"de"}, true}, {[]string{"fr", "de-AT"}, true}, {[]string{"fr", "en"}, false}} {
		if got := conditions.Wish("Ich möchte mit einem Menschen sprechen", c.languages) != ""; got != c.want {
			t.Errorf("languages %q: %v, want %v", c.languages, got, c.want)
		}
	}
}

// Whoever asks for a person gets one, whatever else is signalled or set.
func TestWishAlwaysFires(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ask := asked[rapid.IntRange(0, len(asked)-1).Draw(t, "ask")].text
		if len(conditions.Split(ask)) > 3 { // a shorter one may be a wish only by itself
			ask = rapid.SampledFrom([]string{"", "Hello. ", "4711!\n", "ठीक है। "}).Draw(t, "before") + ask
			ask += rapid.SampledFrom([]string{"", "!!", " 🙏🏽", "\nThanks"}).Draw(t, "after")
		}
		if rapid.Bool().Draw(t, "capitals") {
			ask = strings.ToUpper(ask)
		}
		s := conditions.Signals{Message: ask}
		if rapid.Bool().Draw(t, "flag") {
			s.Message, s.WantsPerson = rapid.String().Draw(t, "message"), true
		}
		if rapid.Bool().Draw(t, "sure") {
			s.Confidence = ptr(rapid.Float64Range(0, 1).Draw(t, "confidence"))
		}
		f := conditions.Facts{}
		if rapid.Bool().Draw(t, "handed back") {
			f.HandedBack = 1_795_428_000_500
			s.At = rapid.SampledFrom([]int64{0, 1_795_428_000_000, 1_795_428_001_000}).Draw(t, "at")
		}
		rules := conditions.Compile([]conditions.Condition{{ID: "c", When: conditions.When{Unless: []string{"human", "agent"}, Phrases: []string{"talk"}}}})
		v, err := rules.Judge(s, f)
		if err != nil || !v.Escalate || v.Rule != conditions.RuleWish {
			t.Fatalf("%+v: %+v %v", s, v, err)
		}
	})
}

func ptr[T any](v T) *T { return &v }
