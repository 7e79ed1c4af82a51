package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// decide asks for a decision that must come.
func (w *world) decide(s conditions.Signals) desk.Decision {
	w.t.Helper()
	d, err := w.Decide(w.ctx, w.acc, s)
	must(w.t, err)
	return d
}

// putAssistant sets what the assistant goes by.
func (w *world) putAssistant(a desk.Assistant) desk.Assistant {
	w.t.Helper()
	after, err := w.PutAssistant(w.ctx, w.admin, a)
	must(w.t, err)
	return after
}

func phrases(id, department string, list ...string) conditions.Condition {
	return conditions.Condition{ID: id, Name: id, When: conditions.When{Phrases: list}, DepartmentID: department}
}

// A hundred conditions of thousands of phrases are kept in pieces and come back as they were;
// each edit holds at the next call, and leaves nothing of what was before.
func TestAssistantSettingsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.SetPieceSize(2000)
	first, err := w.Assistant(w.ctx, w.admin)
	must(t, err)
	want := desk.Assistant{Enabled: true, Languages: []string{}, Duties: []desk.Duty{}, Conditions: []conditions.Condition{}, Words: map[string]map[string]string{}}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("of an account that never set any (-want +got):\n%s", diff)
	}
	large := desk.Assistant{Enabled: true}
	for i := range 100 {
		var list []string
		for j := range 20 {
			list = append(list, fmt.Sprintf("größe %d मेरा %x", i, (i*7919+j*104729)%99991))
		}
		large.Conditions = append(large.Conditions, phrases(fmt.Sprintf("c%d", i), w.dep, list...))
	}
	put := w.putAssistant(large)
	read, err := w.Assistant(w.ctx, w.admin)
	must(t, err)
	if diff := cmp.Diff(put, read); diff != "" || len(read.Conditions) != 100 || len(read.Conditions[99].When.Phrases) != 20 {
		t.Errorf("read (-put +read):\n%s", diff)
	}
	said := conditions.Signals{Message: "GROSSE 99 मेरा " + fmt.Sprintf("%x", (99*7919+19*104729)%99991)}
	if d := w.decide(said); d.ConditionID != "c99" || d.DepartmentID != w.dep || d.Reason != desk.ConditionMet {
		t.Errorf("decided %+v, want c99", d)
	}
	large.Conditions = []conditions.Condition{phrases("other", "", "grosse*")}
	w.putAssistant(large)
	if d := w.decide(said); d.ConditionID != "other" || d.Matched != "grosse" {
		t.Errorf("after the edit: %+v", d)
	}
	w.putAssistant(desk.Assistant{Enabled: true})
	items, err := w.Table.Query(w.ctx, table.Range{Partition: w.acc + "/assistant"})
	must(t, err)
	if d := w.decide(said); len(items) != 1 || d.Rule != conditions.RuleNone {
		t.Errorf("%d items are left, and the decision is %+v", len(items), d)
	}
}

// Two who set at once lose nothing of each other without a word: the later one finds the
// condition on which it came broken.
func TestAssistantIsHeldByConditions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	seen, err := w.Assistant(w.ctx, w.admin)
	must(t, err)
	w.putAssistant(desk.Assistant{Enabled: true, Languages: []string{"de"}})
	_, err = w.PutAssistant(w.ctx, w.admin, desk.Assistant{Enabled: false}, func(now desk.Assistant) error {
		if !cmp.Equal(now, seen) {
			return &desk.Problem{Name: "stale"}
		}
		return nil
	})
	wantProblem(t, err, "stale")
	if now, err := w.Assistant(w.ctx, w.admin); err != nil || !now.Enabled {
		t.Errorf("%+v %v, want it as it was", now, err)
	}
}

// A department that is not there cannot be asked for; one that goes later is nobody.
func TestAssistantDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	_, err := w.PutAssistant(w.ctx, w.admin, desk.Assistant{Enabled: true, Conditions: []conditions.Condition{phrases("a", "dep_nowhere", "x"), phrases("b", "", "!")}})
	p := wantProblem(t, err, "invalid")
	if len(p.Fields) != 2 || p.Fields[0].Field != "conditions[0].departmentId" || p.Fields[1].Field != "conditions[1].when.phrases[0]" {
		t.Errorf("fields %+v", p.Fields)
	}
	shoes, err := w.CreateDepartment(w.ctx, w.admin, "", "Shoes")
	must(t, err)
	of := phrases("of", "", "size")
	of.When.Department = shoes.ID
	w.putAssistant(desk.Assistant{Enabled: true, Conditions: []conditions.Condition{of, phrases("to", shoes.ID, "refund*")}})
	if d := w.decide(conditions.Signals{Message: "size 8", Department: "SHOES"}); d.ConditionID != "of" || d.DepartmentID != shoes.ID || *d.DepartmentName != "Shoes" {
		t.Errorf("asked for by its name: %+v", d)
	}
	must(t, w.DeleteDepartment(w.ctx, w.admin, shoes.ID))
	if d := w.decide(conditions.Signals{Message: "Refunds", Department: w.dep}); d.ConditionID != "to" || d.DepartmentID != w.dep {
		t.Errorf("after its end: %+v, want the one that the assistant asks for", d)
	}
	if now, err := w.Assistant(w.ctx, w.admin); err != nil || now.Conditions[1].DepartmentID != "" || now.Conditions[1].DepartmentName != nil {
		t.Errorf("after its end it is shown as %+v, %v", now.Conditions[1], err)
	}
	if d := w.decide(conditions.Signals{Message: "size 8", Department: shoes.ID}); d.Rule != conditions.RuleNone {
		t.Errorf("a condition of a department that is gone: %+v", d)
	}
	_, err = w.Decide(w.ctx, "acc_nobody", conditions.Signals{})
	wantProblem(t, err, "not-found")
}

// Only the account's languages count, and a department that is asked for by either name.
func TestDecideByLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.putAssistant(desk.Assistant{Enabled: true, Languages: []string{"de-AT"}})
	if d := w.decide(conditions.Signals{Message: "I want to talk to a human"}); d.Escalate {
		t.Errorf("in English: %+v", d)
	}
	if d := w.decide(conditions.Signals{Message: "Mitarbeiter bitte", Department: "nobody", OtherDepartment: "SALES"}); !d.Escalate || d.DepartmentID != w.dep {
		t.Errorf("in German: %+v", d)
	}
}

// What is new gets an id of its own, the same for the same request; what changed is audited,
// by its name.
func TestNewConditionsGetIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := desk.Assistant{
		Enabled: true, ConfidenceThreshold: ptr(0.5), Duties: []desk.Duty{{Title: "Refunds"}, {Title: "Refunds"}},
		Conditions: []conditions.Condition{phrases("", "", "refund"), phrases("", "", "money")},
	}
	a.Conditions[0].Name, a.Conditions[1].Name = "Refunds", "Refunds"
	first, again := w.putAssistant(a), w.putAssistant(a)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the same again (-first +again):\n%s", diff)
	}
	ids := map[string]bool{first.Duties[0].ID: true, first.Duties[1].ID: true, first.Conditions[0].ID: true, first.Conditions[1].ID: true}
	if len(ids) != 4 || ids[""] {
		t.Errorf("ids %v, want four", ids)
	}
	page, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{What: []string{"assistant.changed"}}, desk.Page{})
	must(t, err)
	if len(page.Items) != 1 || !slices.ContainsFunc(page.Items[0].Changes, func(e desk.AuditChange) bool { return e.Field == "confidenceThreshold" && string(e.To) == "0.5" }) {
		t.Errorf("the audit has %+v", page.Items)
	}
}

// While people are at it nobody is handed over again; once they gave the customer back only
// what is new counts; and nothing is stored by asking.
func TestDecideKnowsWhatPeopleDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	wish := conditions.Signals{InteractionID: "conv-1", Message: "I want to talk to a human", At: w.clock.Now().UnixMilli()}
	if d := w.decide(wish); !d.Escalate || d.Rule != conditions.RuleWish || d.Reason != desk.CustomerRequest || d.Matched != "talk to a human" {
		t.Errorf("at first: %+v", d)
	}
	a := w.ring(w.request(1))
	for _, state := range []desk.State{desk.Ringing, desk.Active} {
		asking := wish
		asking.WantsPerson = true
		if d := w.decide(asking); d.Escalate || d.Rule != conditions.RulePeopleAtIt || d.EscalationID != a.EscalationID || *d.State != state {
			t.Errorf("while it is %s: %+v", state, d)
		}
		if state == desk.Ringing {
			w.accept(a.Agent.ID, a.EscalationID)
		}
	}
	w.pass(time.Minute)
	_, err := w.Complete(w.ctx, w.staff(a.Agent.ID), a.EscalationID, desk.Completion{Outcome: "hand_back"})
	must(t, err)
	if d := w.decide(wish); d.Escalate || d.Rule != conditions.RuleHandedBack {
		t.Errorf("handed back: %+v", d)
	}
	w.pass(time.Minute)
	wish.At = w.clock.Now().UnixMilli()
	if d := w.decide(wish); !d.Escalate {
		t.Errorf("and asked again: %+v", d)
	}
	w.putAssistant(desk.Assistant{Enabled: false})
	if d := w.decide(wish); d.Escalate || d.Rule != conditions.RuleOff {
		t.Errorf("switched off: %+v", d)
	}
	again := w.request(2)
	_, err = w.Escalate(w.ctx, again.Asked())
	wantProblem(t, err, "assistant-off")
}

// Business hours are those of the department that would be asked.
func TestDecideByHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.schedule(w.agents[0], workdays)
	closed := phrases("closed", w.dep, "refund*")
	closed.When.Hours = conditions.Closed
	w.putAssistant(desk.Assistant{Enabled: true, Conditions: []conditions.Condition{closed}})
	said := conditions.Signals{Message: "refund"}
	w.until(berlin(24, 12, 0))
	if d := w.decide(said); d.Escalate {
		t.Errorf("at noon: %+v", d)
	}
	w.until(berlin(24, 23, 0))
	if d := w.decide(said); !d.Escalate || d.ConditionID != "closed" {
		t.Errorf("at night: %+v", d)
	}
	support := w.department("Support") // always open, and the account with it
	w.agent("Susi", support)
	closed.DepartmentID = support
	w.putAssistant(desk.Assistant{Enabled: true, Conditions: []conditions.Condition{closed}})
	said.Department = w.dep
	if d := w.decide(said); d.Escalate {
		t.Errorf("of another that is open: %+v", d)
	}
	must(t, w.DeleteDepartment(w.ctx, w.admin, support))
	if d := w.decide(said); !d.Escalate || d.DepartmentID != w.dep {
		t.Errorf("once that was deleted: %+v, want the hours of the one that is asked for", d)
	}
}

// Settings of any size are told in a text that a prompt, and whatever carries it, has room for.
// It says what it leaves out, and has all of what is short beside what is long.
func TestInstructionsHaveAnEnd(t *testing.T) {
	unraced(t)
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	long := desk.Assistant{Enabled: true}
	for i := range conditions.MostConditions {
		c := phrases(fmt.Sprintf("c%d", i), w.dep)
		for j := range 20 {
			c.When.Phrases = append(c.When.Phrases, strings.Repeat("ф", 60)+fmt.Sprint(i, " ", j))
		}
		long.Conditions = append(long.Conditions, c)
	}
	for i := range desk.MostDuties {
		long.Duties = append(long.Duties, desk.Duty{Title: fmt.Sprint("duty ", i), Description: strings.Repeat("कुछ ", desk.LongestDescription/4)})
	}
	w.putAssistant(long)
	got, err := w.Instructions(w.ctx, w.acc)
	must(t, err)
	if n := len(got.Text); n > 8<<10 || n < 7<<10 || len(got.Conditions) != conditions.MostConditions {
		t.Errorf("the text has %d bytes, beside %d conditions", n, len(got.Conditions))
	}
	listed := strings.Count(got.Text, "\n- c")
	for _, line := range []string{
		" or one of 17 more. Ask for the department ", fmt.Sprintf("- There are %d more conditions of the business: ask whether", conditions.MostConditions-listed),
		"…\n- duty 1", " more such things.\n", "In all 1 could take a call", "the customer is then called back.\n",
	} {
		if !strings.Contains(got.Text, line) {
			t.Errorf("the text lacks %q:\n%s", line, got.Text)
		}
	}
}

// What was read can be stored, also when a department has gone since: a condition that held for
// it stays, never holds, and is told to no assistant. Others cannot ask for it any more.
func TestAssistantOfADeletedDepartment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	shoes, err := w.CreateDepartment(w.ctx, w.admin, "", "Shoes")
	must(t, err)
	of := phrases("of-shoes", shoes.ID, "size")
	of.When.Department = shoes.ID
	w.putAssistant(desk.Assistant{Enabled: true, Conditions: []conditions.Condition{of}})
	must(t, w.DeleteDepartment(w.ctx, w.admin, shoes.ID))
	read, err := w.Assistant(w.ctx, w.admin)
	must(t, err)
	if c := read.Conditions[0]; c.DepartmentID != "" || c.When.Department != shoes.ID || c.When.DepartmentName != nil {
		t.Errorf("read %+v", c)
	}
	read.Duties = []desk.Duty{{Title: "Complaints"}}
	put := w.putAssistant(read)
	if diff := cmp.Diff(read.Conditions, put.Conditions); diff != "" || len(put.Duties) != 1 {
		t.Errorf("stored again (-read +put):\n%s", diff)
	}
	if told, err := w.Instructions(w.ctx, w.acc); err != nil || strings.Contains(told.Text, "of-shoes") {
		t.Errorf("the assistant is told %q, %v", told.Text, err)
	}
	put.Conditions[0].DepartmentID = shoes.ID
	_, err = w.PutAssistant(w.ctx, w.admin, put)
	wantProblem(t, err, "invalid")
	w.putAssistant(desk.Assistant{Enabled: true})
	_, err = w.PutAssistant(w.ctx, w.admin, read)
	if p := wantProblem(t, err, "invalid"); p.Fields[0].Field != "conditions[0].when.department" {
		t.Errorf("named again: %+v", p.Fields)
	}
}

// What an assistant is told has the duties, the conditions in words, and who is free.
func TestInstructions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	w.offline(w.agents[1])
	half := 0.57
	c := phrases("Refunds", w.dep, "refund*")
	c.When.Attributes = []conditions.Attribute{{Name: "total", Comparison: conditions.Greater, Value: "500"}}
	c.When.Intents = strings.Fields("a b c d e f g h i j k l")
	c.When.Unless = []string{"not\n\tnow"}
	w.putAssistant(desk.Assistant{
		Enabled: true, ConfidenceThreshold: &half, Conditions: []conditions.Condition{c},
		Duties: []desk.Duty{{Title: "Complaints", Description: "Whatever\nis broken.", DepartmentID: w.dep}},
	})
	got, err := w.Instructions(w.ctx, w.acc)
	must(t, err)
	if got.Now.Chat != 1 || len(got.Departments) != 1 || got.Departments[0].Now.Call != 1 || len(got.Duties) != 1 {
		t.Errorf("%+v", got)
	}
	name := got.Departments[0].Name
	for _, line := range []string{
		"- You are less than 57 % sure of your answer.\n",
		"- Refunds: when the customer says “refund*”, and does not say “not now”, and the intent is “a” or “b” or “c” or “d” or “e” or “f” or “g” or “h” or “i” or “j” " +
			"or one of 2 more, and total is more than 500. Ask for the department " + name + ".\n",
		"- Complaints: Whatever is broken. Ask for the department " + name + ".\n",
		"- " + name + " (" + w.dep + "): 1 for calls, 1 for chats.\n",
	} {
		if !strings.Contains(got.Text, line) {
			t.Errorf("the text lacks %q:\n%s", line, got.Text)
		}
	}
	w.putAssistant(desk.Assistant{Enabled: false})
	if got, err := w.Instructions(w.ctx, w.acc); err != nil || got.Enabled || !strings.Contains(got.Text, "switched off") {
		t.Errorf("%+v %v", got, err)
	}
}
