package desk_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// What the assistant may say is in the customer's language, else the account's, else English.
func TestSayInLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	const english, german = "I am connecting you with a colleague, one moment please.", "Ich verbinde Sie mit jemandem aus unserem Team, einen Moment bitte."
	for i, c := range []struct{ name, locale, account, want string }{
		{"nothing is known", "", "", english},
		{"a region of its own", "pt-BR", "", "Estou transferindo você para uma pessoa da nossa equipe, um momento, por favor."},
		{"the customer's before the account's", "hi-IN", "de", "आपको हमारी टीम के एक सदस्य से जोड़ा जा रहा है, कृपया एक क्षण रुकिए।"},
		{"as Java writes it", "in_ID", "de", "Saya sedang menghubungkan Anda dengan tim kami, mohon tunggu sebentar."},
		{"English, asked for", "en-IN", "de", english},
		{"one without sentences", "zh-Hans", "de-AT", german},
		{"none that can be read", "?", "de-AT", german},
		{"neither has sentences", "zh", "ja", english},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.settings(desk.AccountPatch{Language: &c.account})
			r := w.request(i)
			r.Customer.Locale = c.locale
			a := w.ring(r)
			if a.Say != c.want {
				t.Errorf("it says %q, want %q", a.Say, c.want)
			}
			w.accept(w.agents[0], a.EscalationID)
			w.complete(w.agents[0], a.EscalationID)
		})
	}
}

// Every later answer is in the language in which it began, whatever the account's is by then.
func TestSayGoesOnInItsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	r := w.request(1)
	r.Customer.Locale = "es-MX"
	id := w.ring(r).EscalationID
	german := "de"
	w.settings(desk.AccountPatch{Language: &german})
	w.accept(w.agents[0], id)
	status, err := w.Status(w.ctx, w.acc, id)
	must(t, err)
	appended, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: "hola"}})
	must(t, err)
	for _, got := range []string{status.Say, appended.Say} {
		if want := "Ahora le atiende Agent0."; got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
	ended, err := w.End(w.ctx, w.acc, id, true)
	must(t, err)
	if want := "Esta conversación con nuestro equipo ha terminado."; ended.Say != want {
		t.Errorf("it says %q, want %q", ended.Say, want)
	}
}

// What an older version stored is spoken of in the account's language.
func TestSayOfAnOldEscalation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	r := w.request(1)
	r.Customer.Locale = "es"
	id := w.ring(r).EscalationID
	w.stored(keys.Escalation(id), func(fields map[string]any) { delete(fields, "l") })
	for _, c := range []struct{ account, want string }{
		{"", "I am connecting you with a colleague, one moment please."},
		{"fr-CA", "Je vous mets en relation avec une personne de notre équipe, un instant, s'il vous plaît."},
	} {
		w.settings(desk.AccountPatch{Language: &c.account})
		a, err := w.Status(w.ctx, w.acc, id)
		must(t, err)
		if a.Say != c.want {
			t.Errorf("in the account's %q it says %q, want %q", c.account, a.Say, c.want)
		}
	}
}

// What becomes of a callback is said in the customer's language, else the account's, where
// somebody will call.
func TestCallbackSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	german := "de"
	w.settings(desk.AccountPatch{Language: &german})
	for _, c := range []struct {
		name, locale, state string
		needs               bool
		want                string
	}{
		{"open", "", "open", false, "Jemand aus unserem Team meldet sich bei Ihnen."},
		{"claimed", "en-IN", "claimed", false, "A colleague will get back to you."},
		{"without a contact", "", "open", true, "Wie können wir Sie erreichen, telefonisch oder per E-Mail?"},
		{"done", "", "done", false, ""},
		{"dismissed", "", "dismissed", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.CallbackSay(w.ctx, w.acc, c.locale, desk.Callback{State: c.state, NeedsContact: c.needs}); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

// stored changes an item of JSON as another version would have stored it.
func (w *world) stored(key table.Key, change func(fields map[string]any)) {
	w.t.Helper()
	it, found, err := w.Table.Get(w.ctx, key)
	if err != nil || !found {
		w.t.Fatalf("%v: found %t, %v", key, found, err)
	}
	var fields map[string]any
	must(w.t, json.Unmarshal(it.Body, &fields))
	change(fields)
	body, err := json.Marshal(fields)
	must(w.t, err)
	must(w.t, w.Table.Write(w.ctx, table.Put(table.Item{Key: key, Body: body}, table.AtVersion(it.Version))))
}

// An account's own sentences stand in the place of ours, in languages of ours and others,
// from the next escalation on.
func TestSayInOwnWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	put := func(words desk.OwnWords) {
		t.Helper()
		_, err := w.PutAssistant(w.ctx, w.admin, desk.Assistant{Enabled: true, Words: words})
		must(t, err)
	}
	say := func(n int, locale string) (ringing, accepted string) {
		t.Helper()
		r := w.request(n)
		r.Customer.Locale = locale
		a := w.ring(r)
		w.accept(w.agents[0], a.EscalationID)
		b, err := w.Status(w.ctx, w.acc, a.EscalationID)
		must(t, err)
		w.complete(w.agents[0], a.EscalationID)
		return a.Say, b.Say
	}
	german := "de"
	w.settings(desk.AccountPatch{Language: &german})
	put(desk.OwnWords{"zh": {"ringing": "请稍等"}, "de": {"connectedTo": "{agent} ist da."}})
	for i, c := range []struct{ name, locale, ringing, accepted string }{
		{"a language of its own, then the account's", "zh-TW", "请稍等", "Agent0 ist da."},
		{"the account's", "", "Ich verbinde Sie mit jemandem aus unserem Team, einen Moment bitte.", "Agent0 ist da."},
		{"one that has none", "fr", "Je vous mets en relation avec une personne de notre équipe, un instant, s'il vous plaît.", "Vous êtes maintenant en relation avec Agent0."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if ringing, accepted := say(i, c.locale); ringing != c.ringing || accepted != c.accepted {
				t.Errorf("it says %q, then %q", ringing, accepted)
			}
		})
	}
	put(nil)
	if ringing, _ := say(9, "zh"); ringing != "Ich verbinde Sie mit jemandem aus unserem Team, einen Moment bitte." {
		t.Errorf("without them it says %q", ringing)
	}
}

func TestBadOwnWords(t *testing.T) {
	bad := func(words desk.OwnWords) []desk.FieldError {
		return desk.Assistant{Words: words}.Faults(desk.Nameable{})
	}
	if bad := bad(nil); len(bad) > 0 {
		t.Errorf("of none %v is bad", bad)
	}
	good := desk.OwnWords{"zh": {"ringing": "请稍等", "connectedTo": "{agent} 来了"}, "hi": {"connectedTo": "जुड़ गए"}, "en": {}}
	if bad := bad(good); len(bad) > 0 {
		t.Errorf("of good ones %v is bad", bad)
	}
	got := bad(desk.OwnWords{
		"pt-BR": {"ringing": "x"}, "Hindi": {}, "": {},
		"de": {"ring": "x", "ringing": " ", "ended": "a\nb", "connected": "{agent}", "connectedTo": strings.Repeat("é", 301), "trouble": "\xff"},
	})
	want := []desk.FieldError{
		{Field: "words.Hindi", Detail: "must be the code of a language alone, such as hi or pt"},
		{Field: "words.de.connected", Detail: "has the placeholder {agent}, which this sentence has no value for"},
		{Field: "words.de.connectedTo", Detail: "must have at most 300 characters"},
		{Field: "words.de.ended", Detail: "must be one line of text"},
		{Field: "words.de.ring", Detail: "is none of the sentences"},
		{Field: "words.de.ringing", Detail: "must not be empty"},
		{Field: "words.de.trouble", Detail: "must be one line of text"},
		{Field: "words.pt-BR", Detail: "must be the code of a language alone, such as hi or pt"},
	}
	want = append([]desk.FieldError{{Field: "words.", Detail: want[0].Detail}}, want...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bad (-want +got):\n%s", diff)
	}
}

// The sentences that an account may replace are told in each language, with their placeholders.
func TestSaySentences(t *testing.T) {
	list := desk.SaySentences()
	if len(list) != 9 {
		t.Errorf("there are %d sentences", len(list))
	}
	for _, s := range list {
		if s.Key == "" || s.Texts["en"] == "" || s.Texts["hi"] == s.Texts["en"] || (len(s.Placeholders) == 1) != (s.Key == "connectedTo") {
			t.Errorf("%+v", s)
		}
	}
}
