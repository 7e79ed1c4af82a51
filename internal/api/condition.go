package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"iter"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
)

// An ETag has two parts, "edited.whole". The second changes with every byte of the
// answer and is for If-None-Match. The first changes only with what callers edit, and is
// all that If-Match looks at: a member who goes online does not make the form stale in
// which an admin corrects a name. What nobody edits has the second part alone.

// errStale is the answer to an If-Match that names another state than the present.
var errStale = refuse(http.StatusPreconditionFailed, &desk.Problem{
	Name: "stale", Title: "Edited meanwhile", Detail: "It has been edited since you fetched it. Fetch it again.",
})

// countdown is how long an offer still rings. It changes by itself every second, and says
// no more than ringingUntil beside it: an app that polls while it rings is not sent the
// same list again for it. Inside a text the quotes would have backslashes.
var countdown = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"ringingSeconds":[0-9]+`) })

// standing is what stays of a body while nothing happens. Without the countdowns, and for an
// answer that begins with the moment at which it was made without that.
func standing(body []byte) []byte {
	if rest, is := bytes.CutPrefix(body, []byte(`{"at":"`)); is {
		body = rest[bytes.IndexByte(rest, '"')+1:]
	}
	if !bytes.Contains(body, []byte(`"ringingSeconds":`)) {
		return body
	}
	return countdown().ReplaceAll(body, nil)
}

// entityTag makes the ETag of a body and of what it was encoded from.
func entityTag(v any, body []byte) string {
	tag := digest(standing(body))
	if part := editedTag(v); part != "" {
		tag = part + "." + tag
	}
	return `"` + tag + `"`
}

// editedTag is the first part of the ETag; empty for what nobody edits.
func editedTag(v any) string {
	part := edited(v)
	if part == nil {
		return ""
	}
	body, err := encode(part)
	if err != nil { // cannot be: they are texts and numbers
		return ""
	}
	return digest(body)
}

// edited picks what callers edit of a thing, by the path that the thing has. Working
// hours have a path, and so a state, of their own.
func edited(v any) any {
	switch v := v.(type) {
	case desk.Member:
		return []any{v.FirstName, v.LastName, v.Email, v.Language, v.Role, v.DepartmentIDs, v.Capacity}
	case desk.Account:
		v.TimeZoneData = "" // comes with a deployment
		return v
	case desk.Assistant:
		return editedAssistant(v)
	case hours.WorkingHours:
		return v
	case desk.Department:
		return v.Name
	case desk.Escalation:
		return []any{"filed", v.DepartmentID}
	case desk.CallbackDetail:
		return entriesTag(v.EntriesCount)
	case desk.Callback:
		return entriesTag(v.EntriesCount)
	case desk.List[desk.Department]:
		names := map[string]string{}
		for _, d := range v.Items {
			names[d.ID] = d.Name
		}
		return names
	case desk.Device:
		return []any{v.Platform, v.Token, v.VoIPToken}
	case deviceList:
		return edited(v.Items)
	case []desk.Device:
		all := map[string]any{}
		for _, d := range v {
			if d.Platform != desk.OpenPage { // comes and goes by itself
				all[d.ID] = edited(d)
			}
		}
		return all
	}
	return nil
}

// digest is 128 bits of SHA-256 in 22 characters: two states of one thing never meet by
// chance, and nobody gains by making them meet.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// tags walks the ETags that a header names. A weak one counts, because proxies that
// compress weaken tags.
func tags(h http.Header, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, value := range h.Values(name) {
			for tag := range strings.SplitSeq(value, ",") {
				if !yield(strings.TrimPrefix(strings.TrimSpace(tag), "W/")) {
					return
				}
			}
		}
	}
}

// holds reports whether If-None-Match names the tag, or everything by *.
func holds(h http.Header, tag string) bool {
	for named := range tags(h, "If-None-Match") {
		if named == "*" || named == tag {
			return true
		}
	}
	return false
}

// conditional reports whether the request asks that a thing be as the caller saw it. An
// empty If-Match asks, too, and names nothing: 412.
func (q *call) conditional() bool { return len(q.request.Header.Values("If-Match")) > 0 }

// matches reports whether If-Match names the thing as it is now.
func (q *call) matches(now any) bool {
	for named := range tags(q.request.Header, "If-Match") {
		part, _, _ := strings.Cut(strings.Trim(named, `"`), ".")
		if named == "*" && there(now) || len(named) > 2 && part == editedTag(now) {
			return true
		}
	}
	return false
}

// there reports whether a thing is there at all. Of working hours the desk asks also when
// there are none.
func there(now any) bool {
	w, is := now.(hours.WorkingHours)
	return !is || w.TimeZone != "" || w.Unreadable
}

// unlessEdited is the condition of the request on the thing that it changes, for the
// desk to hold; none without If-Match.
func unlessEdited[T any](q *call) []desk.If[T] {
	if !q.conditional() {
		return nil
	}
	return []desk.If[T]{func(now T) error {
		if !q.matches(now) {
			return errStale
		}
		return nil
	}}
}

// unlessDepartmentsEdited is unlessEdited of a department. The tag of the list counts,
// too: there is no other answer that fetches a department.
func unlessDepartmentsEdited(ctx context.Context, q *call) []desk.If[desk.Department] {
	if !q.conditional() {
		return nil
	}
	return []desk.If[desk.Department]{func(now desk.Department) error {
		if q.matches(now) {
			return nil
		}
		list, err := q.desk.Departments(ctx, q.caller)
		if err == nil && !q.matches(desk.List[desk.Department]{Items: list}) {
			return errStale
		}
		return err
	}}
}

// entriesTag is what an ETag tells of a callback: how many entries it had. It is all that
// matters to who ends it, so that an attempt between makes no tag stale.
func entriesTag(n int) any { return []any{"entries", n} }

// seen says how many entries the caller saw who ends a callback, by the body or else by
// If-Match. A tag that is none of a callback's is stale.
func (q *call) seen(end *desk.Ending) error {
	if end.EntriesSeen != nil || !q.conditional() {
		return nil
	}
	for n := range mostEntries {
		if q.matches(desk.Callback{EntriesCount: n}) {
			end.EntriesSeen = &n
			return nil
		}
	}
	return errStale
}

// holdMember asks the request's condition on a member before a change of something else
// that is theirs, such as the password. The change is no write of the member's item, so a
// race of the two is not excluded; an edit that was seen before is.
func (q *call) holdMember(ctx context.Context, id string) error {
	if !q.conditional() {
		return nil
	}
	m, err := q.desk.Member(ctx, q.caller, id)
	if err == nil && !q.matches(m) {
		return errStale
	}
	return err
}

// holdDevice asks the request's condition on a device, or on the list of them.
func (q *call) holdDevice(ctx context.Context) error {
	if !q.conditional() {
		return nil
	}
	list, err := q.desk.Devices(ctx, q.caller)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.ID == q.deviceID() && q.matches(d) {
			return nil
		}
	}
	if !q.matches(list) {
		return errStale
	}
	return nil
}
