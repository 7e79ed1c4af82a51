package roster

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/table"
)

// DecodeRow reads a desk row. schedules, if given, holds those that were parsed before: the
// members of a team tend to have the same hours. A schedule that cannot be parsed puts its
// member off shift, and is no error: one zone that a process does not know must not keep a
// whole team from being rung.
//
// A claim reads the rows of the whole account, a thousand in a large one. So a row in the
// form in which rows are always written is read by hand, in a fifth of the time that
// encoding/json takes. That one reads all others, such as a name with an escaped character.
func DecodeRow(it table.Item, schedules map[string]*hours.Schedule) (*Row, error) {
	r := &Row{}
	if err := r.decode(it, schedules); err != nil {
		return nil, err
	}
	return r, nil
}

// decode is DecodeRow of an empty row.
func (r *Row) decode(it table.Item, schedules map[string]*hours.Schedule) error {
	if !r.readText(string(it.Body)) {
		*r = Row{}
		if err := json.Unmarshal(it.Body, r); err != nil {
			return err
		}
	}
	r.ID, r.Version = strings.TrimPrefix(it.Key.Sort, PrefixMem), it.Version
	if r.Schedule == "" {
		return nil
	}
	var known bool
	if r.Hours, known = schedules[r.Schedule]; known {
		return nil
	}
	var err error
	if r.Hours, err = hours.Parse(r.Schedule); err != nil {
		r.Hours = hours.Unreadable(r.Schedule)
	}
	if schedules != nil {
		schedules[r.Schedule] = r.Hours
	}
	return nil
}

// readText reads what json.Marshal writes of a row, with no escapes in its strings. It
// returns false for everything else, and may have filled some fields by then.
func (r *Row) readText(s string) bool {
	t := text{rest: s}
	t.want(`{"f":`)
	r.FirstName = t.word()
	r.Online = t.skip(`,"on":true`)
	if t.skip(`,"off":`) {
		r.OfflineFor = t.word()
	}
	if t.skip(`,"d":[`) {
		for more := true; more; more = t.skip(",") {
			r.Departments = append(r.Departments, t.word())
		}
		t.want("]")
	}
	t.want(`,"cc":`)
	r.Calls = int(t.number())
	if t.skip(`,"ch":`) {
		n := int(t.number())
		r.Chats = &n
	}
	if t.skip(`,"w":[`) {
		for more := true; more; more = t.skip(",") {
			r.Work = append(r.Work, t.work())
		}
		t.want("]")
	}
	if t.skip(`,"p":{`) {
		r.Places = make(map[string]int64, 4)
		for more := true; more; more = t.skip(",") {
			k := t.word()
			t.want(":")
			r.Places[k] = t.number()
		}
		t.want("}")
	}
	if t.skip(`,"h":`) {
		r.Schedule = t.word()
	}
	if t.skip(`,"m":`) {
		r.Missed = int(t.number())
	}
	if t.skip(`,"u":`) {
		r.Unreached = int(t.number())
	}
	if t.skip(`,"mu":`) {
		r.CountedUntil = t.number()
	}
	if t.skip(`,"v":`) {
		n := int(t.number())
		r.Devices = &n
	}
	if t.skip(`,"pg":`) {
		r.PageUntil = t.number()
	}
	r.Removed = t.skip(`,"x":true`)
	t.want("}")
	return !t.failed && t.rest == ""
}

// text is JSON that is being read. Once something was not as wanted it stays failed.
type text struct {
	rest   string
	failed bool
}

// skip takes what is next off the text if it is that, and says so: absent fields are skipped.
func (t *text) skip(what string) bool {
	rest, ok := strings.CutPrefix(t.rest, what)
	if ok = ok && !t.failed; ok {
		t.rest = rest
	}
	return ok
}

// want is skip of what must be there.
func (t *text) want(what string) {
	if !t.skip(what) {
		t.failed = true
	}
}

// word reads a string. The result shares the memory of the text, so one allocation serves
// all strings of a row, and lives as long as any of them.
func (t *text) word() string {
	t.want(`"`)
	for i := 0; i < len(t.rest) && !t.failed; i++ {
		switch c := t.rest[i]; {
		case c == '"':
			w := t.rest[:i]
			t.rest = t.rest[i+1:]
			t.failed = t.failed || !utf8.ValidString(w)
			return w
		case c == '\\', c < ' ':
			t.failed = true
		}
	}
	t.failed = true
	return ""
}

// number reads an integer of up to 18 digits, which always fit. JSON has no leading zeros.
func (t *text) number() int64 {
	minus := t.skip("-")
	n, i := int64(0), 0
	for ; i < len(t.rest) && '0' <= t.rest[i] && t.rest[i] <= '9'; i++ {
		n = n*10 + int64(t.rest[i]-'0')
	}
	if i == 0 || i > 18 || i > 1 && t.rest[0] == '0' {
		t.failed = true
		return 0
	}
	t.rest = t.rest[i:]
	if minus {
		return -n
	}
	return n
}

// work reads one entry of a row's open work, such as {"e":"esc_2qnfeay2umpk","c":"chat"}.
func (t *text) work() (w work) {
	t.want(`{"e":`)
	w.Escalation = t.word()
	t.want(`,"c":`)
	w.Channel = Channel(t.word())
	t.want("}")
	return w
}
