// Package words holds the sentences of the desk that customers hear and agents read on their
// lock screens, in eight languages: one file a language, and beside each sentence what it says
// in English.
//
// The sentences were written without a speaker at hand: nobody who speaks Hindi, Spanish,
// Portuguese, French, German, Arabic or Indonesian has read them. So each account may put its
// own in their place, and every code (an outcome, a push's kind) says the same without words.
package words

import "strings"

// Key names a sentence. Its name is what settings and payloads call it.
type Key uint8

// What an assistant says to a customer. What stands in braces is a placeholder.
const (
	Ringing     Key = iota
	ConnectedTo     // {agent}
	Connected
	HandedBack
	Ended
	NobodyFree
	Trouble
	WillCall
	AskContact
)

// saying is how many of the keys are for customers; those of pushes follow.
const saying = int(AskContact) + 1

// What stands on a lock screen: titles, and below them bodies.
const (
	NewCall Key = iota + Key(saying)
	NewChat
	TransferredCall
	TransferredChat
	Drill  // {title}
	Unsure // {department}, or the word for everyone, as in the next three
	AskedFor
	RuleMet
	Direct
	Everyone // in place of a department
	WithdrawnTitle
	WithdrawnCall
	WithdrawnChat
	ReturnedTitle
	ReturnedCall
	ReturnedChat
	OpenTitle
	OpenCall
	OpenChat
	WaitsTitle
	WaitsCall
	WaitsChat
	OfflineTitle
	OfflineBody
	SoonTitle
	SoonBody
	OverTitle
	OverBody
	NobodyTitle
	NobodyBody
	CallbacksTitle
	CallbacksOne
	CallbacksMany // {count}
	DueTitle
	DueBody
	DueIn // {department}
	ChangedTitle
	ChangedBody
	TakenTitle
	TakenBody
	TestTitle
	TestBody
	OtherTitle
	OtherBody
)

// total is how many keys there are.
const total = int(OtherBody) + 1

// names are what the keys are called. Those of pushes are names that Android takes for its
// string resources; apps of all ages have them, so they stay.
var names = [total]string{
	Ringing: "ringing", ConnectedTo: "connectedTo", Connected: "connected", HandedBack: "handedBack", Ended: "ended",
	NobodyFree: "nobodyFree", Trouble: "trouble", WillCall: "willCall", AskContact: "askContact",

	NewCall: "new_call", NewChat: "new_chat", TransferredCall: "transferred_call", TransferredChat: "transferred_chat", Drill: "drill",
	Unsure: "assistant_unsure", AskedFor: "asked_for_person", RuleMet: "rule_met", Direct: "direct", Everyone: "everyone",
	WithdrawnTitle: "withdrawn_title", WithdrawnCall: "withdrawn_call", WithdrawnChat: "withdrawn_chat",
	ReturnedTitle: "transfer_failed_title", ReturnedCall: "transfer_failed_call", ReturnedChat: "transfer_failed_chat",
	OpenTitle: "open_long_title", OpenCall: "open_long_call", OpenChat: "open_long_chat",
	WaitsTitle: "customer_waits_title", WaitsCall: "customer_waits_call", WaitsChat: "customer_waits_chat",
	OfflineTitle: "set_offline_title", OfflineBody: "set_offline", SoonTitle: "shift_soon_title", SoonBody: "shift_soon",
	OverTitle: "shift_over_title", OverBody: "shift_over", NobodyTitle: "nobody_left_title", NobodyBody: "nobody_left",
	CallbacksTitle: "callbacks_title", CallbacksOne: "callbacks_one", CallbacksMany: "callbacks_many",
	DueTitle: "callback_due_title", DueBody: "callback_due", DueIn: "callback_due_in",
	ChangedTitle: "callback_changed_title", ChangedBody: "callback_changed",
	TakenTitle: "device_taken_title", TakenBody: "device_taken", TestTitle: "test_title", TestBody: "test",
	OtherTitle: "other_title", OtherBody: "other",
}

// String is the key's name, such as askContact.
func (k Key) String() string { return names[k] }

// SayKeys are the keys of what is said to customers, in their order.
func SayKeys() []Key { return keys(0, saying) }

// PushKeys are the keys of what stands on lock screens, in their order.
func PushKeys() []Key { return keys(saying, total) }

func keys(from, to int) []Key {
	list := make([]Key, 0, to-from)
	for k := from; k < to; k++ {
		list = append(list, Key(k))
	}
	return list
}

// table is all sentences in one language.
type table [total]string

// English is the language of whoever has none that is known here.
const English = "en"

// Languages are the codes of the languages that there are sentences in.
var Languages = []string{English, "hi", "es", "pt", "fr", "de", "ar", "id"}

// tables are in the order of Languages.
var tables = [...]*table{&english, &hindi, &spanish, &portuguese, &french, &german, &arabic, &indonesian}

// tableOf gives the table of a language; nil when there is none.
func tableOf(language string) *table {
	for i, known := range Languages {
		if known == language {
			return tables[i]
		}
	}
	return nil
}

// Known reports whether there are sentences in the language, by its code.
func Known(language string) bool { return tableOf(language) != nil }

// First is the first of some codes in which there are sentences, else English.
func First(languages ...string) string {
	for _, language := range languages {
		if Known(language) {
			return language
		}
	}
	return English
}

// Arg is what stands in place of a placeholder, such as {"agent", "Asha"}.
type Arg struct{ Name, Value string }

// Text is a sentence in a language, of which English stands for those that are not known.
func Text(language string, k Key, args ...Arg) string { return Fill(Raw(language, k), args...) }

// Raw is a sentence with its placeholders as they are.
func Raw(language string, k Key) string {
	t := tableOf(language)
	if t == nil {
		t = &english
	}
	return t[k]
}

// Fill puts values in the place of the placeholders of a sentence.
func Fill(sentence string, args ...Arg) string {
	if len(args) == 0 {
		return sentence
	}
	pairs := make([]string, 0, 2*len(args))
	for _, a := range args {
		pairs = append(pairs, "{"+a.Name+"}", a.Value)
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// Format is the sentence in English as iOS has it in Localizable.strings, with %@ for each
// placeholder. It is the key there, too: a phone whose app does not know a key shows the key.
func Format(k Key) string {
	s := english[k]
	for _, p := range Placeholders(s) {
		s = strings.Replace(s, "{"+p+"}", "%@", 1)
	}
	return s
}

// Placeholders are the names in braces of a sentence, in their order.
func Placeholders(sentence string) (list []string) {
	for {
		_, rest, open := strings.Cut(sentence, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !open || !closed {
			return list
		}
		list, sentence = append(list, name), after
	}
}
