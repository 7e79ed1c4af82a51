package desk

import (
	"context"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
)

// Decision is whether the assistant should hand a customer to people now, why, and to whom.
// What is not so is empty.
type Decision struct {
	Escalate       bool            `json:"escalate"`
	Reason         Reason          `json:"reason"` // for escalate
	ConditionID    string          `json:"conditionId"`
	Rule           conditions.Rule `json:"rule"`
	Matched        string          `json:"matched"`      // the customer's words that decided, folded
	DepartmentID   string          `json:"departmentId"` // to ask for
	DepartmentName *string         `json:"departmentName"`
	EscalationID   string          `json:"escalationId"` // that is open already
	State          *State          `json:"state"`        // of that one
}

// Decide judges a conversation by the account's settings as they are now, and stores nothing.
// While people are at the interaction it answers no and names their escalation. Department
// of the signals may be an id or a name. Problem not-found without the account.
func (d *Desk) Decide(ctx context.Context, accountID string, s conditions.Signals) (Decision, error) {
	var settings *assistantState
	var last elsewhereNow
	err := together(
		func() (err error) { settings, err = d.readAssistant(ctx, accountID); return err },
		func() (err error) { last, err = d.lastAt(ctx, accountID, s.InteractionID); return err },
	)
	switch {
	case err != nil:
		return Decision{}, err
	case settings.account.value.AssistantOff:
		return Decision{Rule: conditions.RuleOff}, nil
	case last.open:
		return Decision{Rule: conditions.RulePeopleAtIt, EscalationID: last.id, State: &last.state}, nil
	}
	asked := roster.Roster{Departments: settings.departments}
	s.Department, _ = asked.DepartmentOf(s.Department, s.OtherDepartment)
	v, err := settings.rules.compiled.Judge(s, conditions.Facts{
		Threshold: settings.head.value.Threshold, Languages: settings.head.value.Languages, HandedBack: last.handedBack,
		Open: d.openNow(ctx, accountID, s.Department),
	})
	if err != nil {
		return Decision{}, err
	}
	return settings.decision(v, s.Department), nil
}

// reasons are what escalate should be told of a rule.
var reasons = map[conditions.Rule]Reason{
	conditions.RuleWish: CustomerRequest, conditions.RuleConfidence: LowConfidence, conditions.RuleCondition: ConditionMet,
}

// decision is a verdict as it is told. Where a condition asks for no department, or for one
// that was deleted, the one that the assistant asks for stays.
func (s *assistantState) decision(v conditions.Verdict, asked string) Decision {
	a := Decision{Escalate: v.Escalate, Rule: v.Rule, Matched: v.Matched, Reason: reasons[v.Rule]}
	if !v.Escalate {
		return a
	}
	a.DepartmentID, a.DepartmentName = s.department(asked)
	if c := v.Condition; c != nil {
		a.ConditionID = c.ID
		if s.has(c.DepartmentID) {
			a.DepartmentID, a.DepartmentName = s.department(c.DepartmentID)
		}
	}
	return a
}

// elsewhereNow is what people did last with an interaction.
type elsewhereNow struct {
	id         string
	open       bool
	state      State
	handedBack int64 // when they gave the customer back to the assistant, else 0
}

// lastAt reads the last escalation of an interaction.
func (d *Desk) lastAt(ctx context.Context, acc, interaction string) (elsewhereNow, error) {
	if interaction == "" {
		return elsewhereNow{}, nil
	}
	p, err := load[lastOf](ctx, d.Table, keys.InteractionEscalation(acc, interaction))
	if err != nil || !p.found() {
		return elsewhereNow{}, err
	}
	e, err := load[escalation](ctx, d.Table, keys.Escalation(p.value.ID))
	if err != nil || !e.found() {
		return elsewhereNow{}, err
	}
	last := elsewhereNow{id: p.value.ID, open: e.value.State.Open(), state: e.value.State}
	if last.open {
		d.wakeOverdue(ctx, last.id, &e.value)
	}
	if e.value.State == Completed && e.value.Outcome == outcomeHandBack {
		last.handedBack = e.value.Ended
	}
	return last, nil
}

// openNow gives the judge whether a department has business hours, or in the place of one that
// was deleted the one that the assistant asks for. The desk is read when the first condition
// asks: few do.
func (d *Desk) openNow(ctx context.Context, acc, asked string) func(dep string) (bool, error) {
	var team *roster.Roster
	return func(dep string) (bool, error) {
		if team == nil {
			items, err := d.readDesk(ctx, acc)
			if err != nil {
				return false, err
			}
			team = items
		}
		if !team.Has(dep) {
			dep = asked
		}
		now := d.Now()
		return team.Business(dep, now).Contains(now), nil
	}
}
