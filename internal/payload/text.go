package payload

import (
	"strconv"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/words"
)

// line is one line of a lock screen: a sentence, and what stands in its placeholder.
type line struct {
	key words.Key
	arg *words.Arg // nil: it has none
}

// args is arg as a list.
func (l line) args() []words.Arg {
	if l.arg == nil {
		return nil
	}
	return []words.Arg{*l.arg}
}

// in is the line in a language.
func (l line) in(language string) string { return words.Text(language, l.key, l.args()...) }

// noticeText is what a lock screen shows of a notice.
type noticeText struct {
	language    string
	drill       bool
	first, rest line
}

// title is the first line, in words.
func (t noticeText) title() string {
	title := t.first.in(t.language)
	if t.drill {
		return words.Text(t.language, words.Drill, words.Arg{Name: "title", Value: title})
	}
	return title
}

// body is the second line, in words.
func (t noticeText) body() string { return t.rest.in(t.language) }

// titleFormat is what iOS finds the title by: a sentence in English, which it shows if the
// app knows no other.
func (t noticeText) titleFormat() string {
	format := words.Format(t.first.key)
	if t.drill {
		return words.Text(words.English, words.Drill, words.Arg{Name: "title", Value: format})
	}
	return format
}

// titleName is the name of the title's string in an app for Android.
func (t noticeText) titleName() string {
	if t.drill {
		return words.Drill.String() + "_" + t.first.key.String()
	}
	return t.first.key.String()
}

// lockScreen gives the words for a notice, in the language of its reader.
func lockScreen(n desk.Notice) noticeText {
	t := noticeText{language: n.Language}
	// either is the key for a call or that for a chat.
	either := func(call, chat words.Key) line {
		if n.Channel == roster.Call {
			return line{key: call}
		}
		return line{key: chat}
	}
	plain := func(title, body words.Key) { t.first, t.rest = line{key: title}, line{key: body} }
	switch n.Kind {
	case desk.NoticeOffer:
		t.first, t.rest, t.drill = either(words.NewCall, words.NewChat), offerLine(n), n.Drill
		if n.Transfer {
			t.first = either(words.TransferredCall, words.TransferredChat)
		}
	case desk.NoticeWithdrawn:
		t.first, t.rest = line{key: words.WithdrawnTitle}, either(words.WithdrawnCall, words.WithdrawnChat)
	case desk.NoticeReturned:
		t.first, t.rest = line{key: words.ReturnedTitle}, either(words.ReturnedCall, words.ReturnedChat)
	case desk.NoticeLongWork:
		t.first, t.rest = line{key: words.OpenTitle}, either(words.OpenCall, words.OpenChat)
	case desk.NoticeWaits:
		t.first, t.rest = line{key: words.WaitsTitle}, either(words.WaitsCall, words.WaitsChat)
	case desk.NoticeOffline:
		plain(words.OfflineTitle, words.OfflineBody)
	case desk.NoticeShiftSoon:
		plain(words.SoonTitle, words.SoonBody)
	case desk.NoticeShiftOver:
		plain(words.OverTitle, words.OverBody)
	case desk.NoticeNobodyLeft:
		plain(words.NobodyTitle, words.NobodyBody)
	case desk.NoticeCallbacks:
		t.first, t.rest = line{key: words.CallbacksTitle}, waitingLine(n.Count)
	case desk.NoticeCallbackDue:
		t.first, t.rest = line{key: words.DueTitle}, dueLine(n.Department)
	case desk.NoticeCallbackNews:
		plain(words.ChangedTitle, words.ChangedBody)
	case desk.NoticeTaken:
		plain(words.TakenTitle, words.TakenBody)
	case desk.NoticeTest:
		plain(words.TestTitle, words.TestBody)
	default:
		plain(words.OtherTitle, words.OtherBody)
	}
	return t
}

// waitingLine says how many callbacks wait.
func waitingLine(n int) line {
	if n == 1 {
		return line{key: words.CallbacksOne}
	}
	return line{words.CallbacksMany, &words.Arg{Name: "count", Value: strconv.Itoa(n)}}
}

// dueLine says of which department a callback is overdue, if it has one.
func dueLine(department string) line {
	if department == "" {
		return line{key: words.DueBody}
	}
	return line{words.DueIn, &words.Arg{Name: "department", Value: department}}
}

// offerLine says who was asked for, and why.
func offerLine(n desk.Notice) line {
	department := n.Department
	if department == "" {
		department = words.Text(n.Language, words.Everyone)
	}
	key := words.AskedFor
	switch n.Reason {
	case desk.LowConfidence:
		key = words.Unsure
	case desk.ConditionMet:
		key = words.RuleMet
	case desk.Direct:
		key = words.Direct
	}
	return line{key, &words.Arg{Name: "department", Value: department}}
}
