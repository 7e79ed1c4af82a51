package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// AuditEntry is one change that somebody made to the account: who, when, what, and which
// fields from what to what. Passwords and customers are in none.
type AuditEntry struct {
	At         time.Time     `json:"at"`
	MemberID   string        `json:"memberId"`  // who did it; empty for the platform
	FirstName  *string       `json:"firstName"` // theirs
	What       string        `json:"what"`      // such as member.created
	Target     string        `json:"target"`    // the id of what was changed
	TargetName *string       `json:"targetName"`
	Fields     []string      `json:"fields"`
	Changes    []AuditChange `json:"changes"` // of Fields, in their order

	// Of what is counted by the hour, which begins at At: from which network, how often, and by
	// whom as far as they are members, at most 20. Of all else Count is 1.
	Network string        `json:"network"`
	Count   int           `json:"count"`
	Members []AuditMember `json:"members"`
}

// AuditMember is a member in an entry; the name is null of one who was removed before names were kept.
type AuditMember struct {
	ID        string  `json:"id"`
	FirstName *string `json:"firstName"`
}

// audited is an AuditEntry as stored:
//
//	{"t":1795428000000,"m":"mem_va66tcf4jhku","w":"member.changed","o":"mem_q4mxl5orusgm","f":["role"],"v":[{"a":"staff","b":"admin"}]}
//
// Those of an older version have no values.
type audited struct {
	At     int64    `json:"t"`
	By     string   `json:"m,omitempty"`
	What   string   `json:"w"`
	Target string   `json:"o"`
	Fields []string `json:"f,omitempty"`
	Values []values `json:"v,omitempty"` // of Fields, in their order

	// Of what is noticed at the doors within an hour; see notice.
	Network string   `json:"n,omitempty"`
	Count   int      `json:"c,omitempty"`
	Members []string `json:"ms,omitempty"`
}

// What the audit trail tells.
const (
	auditAccountMade     = "account.created"
	auditAccountChanged  = "account.changed"
	auditOwnerChanged    = "account.owner"
	auditMemberMade      = "member.created"
	auditMemberChanged   = "member.changed"
	auditMemberDeleted   = "member.deleted"
	auditMemberPassword  = "member.password"
	auditMemberTOTP      = "member.totp"
	auditMemberSignedOut = "member.signed-out"
	auditMemberDisplaced = "member.displaced" // another has proved the address
	auditMemberUnlocked  = "member.unlocked"
	auditMemberPresence  = "member.presence"
	auditMemberHours     = "member.working-hours"
	auditDepartmentMade  = "department.created"
	auditDepartmentNamed = "department.renamed"
	auditDepartmentGone  = "department.deleted"
	auditEscalationFiled = "escalation.filed"
	auditConnectionMade  = "connection.created"
	auditConnectionGone  = "connection.deleted"

	auditAssistantChanged = "assistant.changed"
	auditKeyMade          = "key.created"
	auditKeyGone          = "key.deleted"
)

// AuditKinds are all that the audit trail tells.
func AuditKinds() []string {
	return []string{
		auditAccountMade, auditAccountChanged, auditOwnerChanged, auditMemberMade, auditMemberChanged, auditMemberDeleted,
		auditMemberPassword, auditMemberTOTP, auditMemberDisplaced, auditMemberSignedOut, auditMemberUnlocked, auditMemberPresence, auditMemberHours,
		auditDepartmentMade, auditDepartmentNamed, auditDepartmentGone,
		auditEscalationFiled, auditConnectionMade, auditConnectionGone, auditAssistantChanged, auditKeyMade, auditKeyGone,
		noticedSignIn, noticedRefused, noticedLocked, noticedReset, noticedCode, noticedID, noticedQuota, noticedDevice,
	}
}

// audit is the operation that notes a change. It belongs into the change's own Write: what
// is in the trail has happened, and what has happened is in the trail.
func (d *Desk) audit(acc, by, what, target string, edits ...edit) table.Op {
	now := d.Now()
	// To the nanosecond: two changes of one caller often lie within a millisecond.
	at := keys.SortTime(millis(now)) + fmt.Sprintf("%06d", now.Nanosecond()%int(time.Millisecond))
	k := keys.Audit(acc, at, keys.DerivedID("", by, what, target, at))
	a := audited{At: millis(now), By: by, What: what, Target: target}
	for _, c := range edits {
		a.Fields, a.Values = append(a.Fields, c.field), append(a.Values, c.values)
	}
	return put(k, a, table.Condition{})
}

// AuditFilter narrows the trail; empty fields ask nothing.
type AuditFilter struct {
	MemberID string   // who did it, or whom it concerns
	What     []string // of AuditKinds
	From, To time.Time
}

// entries is the range of the trail that the filter leaves.
func (f AuditFilter) entries(acc string) entries {
	r := entries{Range: table.Range{Partition: keys.AuditTrail(acc), Newest: true}}
	if !f.To.IsZero() {
		r.After = keys.SortTime(ceilMillis(f.To))
	}
	if !f.From.IsZero() {
		r.until = keys.SortTime(ceilMillis(f.From))
	}
	return r
}

// matches judges what keys do not tell.
func (f AuditFilter) matches(a *audited) bool {
	return (f.MemberID == "" || f.MemberID == a.By || f.MemberID == a.Target || slices.Contains(a.Members, f.MemberID)) &&
		(len(f.What) == 0 || slices.Contains(f.What, a.What))
}

// Audit lists who changed what in the caller's account, newest first. Who may read it is
// the route's matter.
func (d *Desk) Audit(ctx context.Context, c Caller, f AuditFilter, p Page) (List[AuditEntry], error) {
	names := d.directory(ctx, c.AccountID)
	return walk(ctx, d, f.entries(c.AccountID), p, func(_ context.Context, it table.Item) (*AuditEntry, error) {
		a, err := decode[audited](it)
		if err != nil || !f.matches(&a.value) {
			return nil, err
		}
		v, err := a.value.view(names)
		return &v, err
	})
}

// view is the entry as it is shown.
func (a *audited) view(names *directory) (AuditEntry, error) {
	v := AuditEntry{
		At: instant(a.At), MemberID: a.By, What: a.What, Target: a.Target,
		Fields: append([]string{}, a.Fields...), Changes: make([]AuditChange, len(a.Fields)),
		Network: a.Network, Count: max(1, a.Count), Members: make([]AuditMember, len(a.Members)),
	}
	if len(a.Members) == 1 {
		v.MemberID, v.Target = a.Members[0], a.Members[0]
	}
	blanks := []blank{{v.MemberID, &v.FirstName}}
	for i, id := range a.Members {
		v.Members[i].ID = id
		blanks = append(blanks, blank{id, &v.Members[i].FirstName})
	}
	if namedID(v.Target) {
		blanks = append(blanks, blank{v.Target, &v.TargetName})
	}
	for i, field := range a.Fields {
		c := &v.Changes[i]
		c.Field = field
		if i >= len(a.Values) {
			continue // of an older version
		}
		c.From, c.To = a.Values[i].From, a.Values[i].To
		c.FromNames, blanks = namesOf(c.From, blanks)
		c.ToNames, blanks = namesOf(c.To, blanks)
	}
	return v, names.fill(blanks...)
}
