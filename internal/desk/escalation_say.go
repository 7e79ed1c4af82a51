package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/words"
)

// speech is how a customer is spoken to: in which languages, by their codes and the best
// first, and with which sentences of the account's own in place of ours.
type speech struct {
	languages []string
	own       OwnWords
}

// OwnWords are sentences that an account has put in the place of ours, by the code of their
// language and by key: {"hi": {"ringing": "…"}}.
type OwnWords map[string]map[string]string

// speechFor gives the languages for a customer as stored, such as "hi": that of their locale,
// else the account's, else English. All others but the last are languages without sentences
// of ours ("zh de"), which only an account with sentences of its own may speak.
func speechFor(locale string, a *roster.Account) string {
	var codes []string
	for _, tag := range []string{locale, a.Language, words.English} {
		code := words.Code(tag)
		if words.Known(code) {
			codes = append(codes, code)
			break
		}
		if code != "" && a.OwnWords && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, " ")
}

// speech gives the speech of an escalation. The account's own sentences are read only where
// it has some, and the account only for an escalation that an older version stored, unless
// snap has it. What cannot be read keeps no answer back: it is then in our words, or English.
func (d *Desk) speech(ctx context.Context, e *escalation, snap *roster.Roster) speech {
	languages, has := e.Speech, e.OwnWords
	if languages == "" {
		a := &roster.Account{}
		if snap != nil {
			a = &snap.Account
		} else if read, err := d.readAccount(ctx, e.Account); err == nil {
			a = &read.value
		} else {
			d.Log.WarnContext(ctx, "account not read: the customer is spoken to in English", "account", e.Account, "error", err)
		}
		languages, has = speechFor("", a), a.OwnWords
	}
	s := speech{languages: strings.Fields(languages)}
	if !has {
		return s
	}
	var err error
	if s.own, err = d.ownWords(ctx, e.Account); err != nil {
		d.Log.WarnContext(ctx, "own sentences not read: the customer hears those that come with the desk", "account", e.Account, "error", err)
	}
	return s
}

// text is a sentence in the best language that has it.
func (s speech) text(k words.Key, args ...words.Arg) string {
	for _, language := range s.languages {
		if own := s.own[language][k.String()]; own != "" {
			return words.Fill(own, args...)
		}
		if words.Known(language) {
			return words.Text(language, k, args...)
		}
	}
	return words.Text(words.English, k, args...)
}

// say is a sentence or two for the assistant to use. It names nobody but the agent who
// accepted.
func (s speech) say(a Answer) string {
	switch a.Outcome {
	case OutcomeRinging:
		return s.text(words.Ringing)
	case OutcomeAccepted:
		if a.Agent != nil && a.Agent.FirstName != "" {
			return s.text(words.ConnectedTo, words.Arg{Name: "agent", Value: a.Agent.FirstName})
		}
		return s.text(words.Connected)
	case OutcomeHandedBack:
		return s.text(words.HandedBack)
	case OutcomeEnded:
		return s.text(words.Ended)
	}
	why, what := words.NobodyFree, words.WillCall
	if a.Because != nil && *a.Because == roster.Trouble {
		why = words.Trouble
	}
	if a.Callback != nil && a.Callback.NeedsContact {
		what = words.AskContact
	}
	return s.text(why) + " " + s.text(what)
}

// CallbackSay is what a customer is told who has given a contact, or has taken a callback back;
// empty where nobody will call. The locale is what the platform knows of their language.
func (d *Desk) CallbackSay(ctx context.Context, accountID, locale string, cb Callback) string {
	if cb.State != callbackOpen && cb.State != callbackClaimed {
		return ""
	}
	s := d.speechIn(ctx, accountID, locale)
	if cb.NeedsContact {
		return s.text(words.AskContact)
	}
	return s.text(words.WillCall)
}

// ProblemSay is what a customer is told where what was asked for them came to a problem: that
// it is on its way, or that nobody can be asked now. The account is empty where nobody knows
// whose customer it is; the locale is what the platform knows of their language.
func (d *Desk) ProblemSay(ctx context.Context, accountID, locale string, p *Problem) string {
	s := d.speechIn(ctx, accountID, locale)
	if p.Name == errNotYet.Name {
		return s.text(words.Ringing)
	}
	return s.text(words.Trouble)
}

// speechIn is the speech for a customer of whom no escalation tells the language. Where the
// account is not known, or cannot be read, it goes by the locale alone.
func (d *Desk) speechIn(ctx context.Context, accountID, locale string) speech {
	a := &roster.Account{}
	if accountID != "" {
		if read, err := d.readAccount(ctx, accountID); err == nil {
			a = &read.value
		} else {
			d.Log.WarnContext(ctx, "account not read: the customer is spoken to by the platform's locale", "account", accountID, "error", err)
		}
	}
	return d.speech(ctx, &escalation{Account: accountID, Speech: speechFor(locale, a), OwnWords: a.OwnWords}, nil)
}

// SaySentence is a sentence for customers that an account may replace.
type SaySentence struct {
	Key          string            `json:"key"`
	Placeholders []string          `json:"placeholders"` // their names; an own sentence may have these, and no other
	Texts        map[string]string `json:"texts"`        // as it is built in, by the code of its language
}

// SaySentences are the sentences for customers, in the order in which they come up.
func SaySentences() []SaySentence {
	list := []SaySentence{}
	for _, k := range words.SayKeys() {
		s := SaySentence{Key: k.String(), Placeholders: []string{}, Texts: map[string]string{}}
		for _, language := range words.Languages {
			s.Texts[language] = words.Raw(language, k)
		}
		s.Placeholders = append(s.Placeholders, words.Placeholders(s.Texts[words.English])...)
		list = append(list, s)
	}
	return list
}

// bad names what is wrong with sentences of an account's own, in the order of their paths. A
// sentence may leave placeholders out: a business need not tell its agents' names. Customers'
// languages are kept by their codes alone, so codes it is.
func (o OwnWords) bad() (bad []FieldError) {
	known := map[string][]string{}
	for _, s := range SaySentences() {
		known[s.Key] = s.Placeholders
	}
	for _, language := range slices.Sorted(maps.Keys(o)) {
		at := "words." + language
		if language == "" || words.Code(language) != language {
			bad = append(bad, FieldError{at, "must be the code of a language alone, such as hi or pt"})
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(o[language])) {
			placeholders, is := known[key]
			if !is {
				bad = append(bad, FieldError{at + "." + key, "is none of the sentences"})
			} else if detail := badSentence(o[language][key], placeholders); detail != "" {
				bad = append(bad, FieldError{at + "." + key, detail})
			}
		}
	}
	return bad
}

// badSentence says what is wrong with a sentence of an account's own; empty when nothing is.
func badSentence(sentence string, placeholders []string) string {
	switch {
	case strings.TrimSpace(sentence) == "":
		return "must not be empty"
	case !utf8.ValidString(sentence) || strings.ContainsFunc(sentence, unicode.IsControl):
		return "must be one line of text"
	case utf8.RuneCountInString(sentence) > LongestOwnSentence:
		return fmt.Sprintf("must have at most %d characters", LongestOwnSentence)
	}
	for _, name := range words.Placeholders(sentence) {
		if !slices.Contains(placeholders, name) {
			return fmt.Sprintf("has the placeholder {%s}, which this sentence has no value for", name)
		}
	}
	return ""
}

// ownWords reads the account's own sentences, which lie with the assistant's settings: one
// item, and what it leads to where this process has not read that before.
func (d *Desk) ownWords(ctx context.Context, acc string) (OwnWords, error) {
	_, rules, err := d.readAssistantRules(ctx, acc)
	if err != nil {
		return nil, err
	}
	return rules.Words, nil
}
