package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// AuditEntry is one change that somebody made to the account: who, when, what, and which
// fields. It holds no values: names and e-mails would outlive their owners here.
type AuditEntry struct {
	At       time.Time `json:"at"`
	MemberID string    `json:"memberId"` // who did it; empty for the platform
	What     string    `json:"what"`     // such as member.created
	Target   string    `json:"target"`   // the id of what was changed
	Fields   []string  `json:"fields"`
}

// audited is an AuditEntry as stored:
//
//	{"t":1795428000000,"m":"mem_va66tcf4jhku","w":"member.presence","o":"mem_q4mxl5orusgm","f":["status"]}
type audited struct {
	At     int64    `json:"t"`
	By     string   `json:"m,omitempty"`
	What   string   `json:"w"`
	Target string   `json:"o"`
	Fields []string `json:"f,omitempty"`
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
	auditMemberPresence  = "member.presence"
	auditMemberHours     = "member.working-hours"
	auditDepartmentMade  = "department.created"
	auditDepartmentNamed = "department.renamed"
	auditDepartmentGone  = "department.deleted"
)

// audit is the operation that notes a change. It belongs into the change's own Write: what
// is in the trail has happened, and what has happened is in the trail.
func (d *Desk) audit(acc, by, what, target string, fields ...string) table.Op {
	now := d.Now()
	// To the nanosecond: two changes of one caller often lie within a millisecond.
	at := keys.SortTime(millis(now)) + fmt.Sprintf("%06d", now.Nanosecond()%int(time.Millisecond))
	k := keys.Audit(acc, at, keys.DerivedID("", by, what, target, at))
	return put(k, audited{At: millis(now), By: by, What: what, Target: target, Fields: fields}, table.Condition{})
}

// Audit lists who changed what in the caller's account, newest first. Who may read it is
// the route's matter.
func (d *Desk) Audit(ctx context.Context, c Caller, p Page) (List[AuditEntry], error) {
	r := entries{Range: table.Range{Partition: keys.AuditTrail(c.AccountID), Newest: true}}
	return walk(ctx, d, r, p, func(_ context.Context, it table.Item) (*AuditEntry, error) {
		a, err := decode[audited](it)
		if err != nil {
			return nil, err
		}
		v := AuditEntry{At: instant(a.value.At), MemberID: a.value.By, What: a.value.What, Target: a.value.Target, Fields: a.value.Fields}
		if v.Fields == nil {
			v.Fields = []string{}
		}
		return &v, nil
	})
}
