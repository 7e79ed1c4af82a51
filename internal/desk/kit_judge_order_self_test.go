package desk_test

import (
	"testing"
	"time"
)

const (
	otherDep     = "dep_other"
	teamRotation = "*/chat"
)

// balance changes the account's setting; order is drawn from and goal asked from then on.
func (s *script) balance(team bool, order, goal string) {
	s.add(entry{order: true, team: team})
	s.order, s.goal = order, goal
}

// newTeam begins with the team's order: anna is in two departments, bela in the first and
// carl in the second of them.
func newTeam() *script {
	s := newScript(9, "anna", "bela", "carl")
	s.row("anna", func(r *agentRow) { r.Departments = []string{scriptDep, otherDep} })
	s.row("carl", func(r *agentRow) { r.Departments = []string{otherDep} })
	s.balance(true, teamRotation, scriptDep)
	return s
}

// asked is a turn of an agent when a department is asked.
func (s *script) asked(dep, id string) {
	s.goal = dep
	s.turn(id)
}

// orderJudgements are histories in which the account sets by which order turns go.
var orderJudgements = []judgement{
	{"fair by the team's order", func() *script {
		s := newTeam()
		s.asked(scriptDep, "anna")
		s.asked(otherDep, "carl")
		s.asked(scriptDep, "bela")
		s.asked(otherDep, "anna")
		return s
	}, nil},
	{"by the team's order, and an order of departments is used", func() *script {
		s := newTeam()
		s.order = scriptRotation
		s.turn("anna")
		return s
	}, []string{"the offer of esc_1 to anna goes by the order of team/chat"}},
	{"by the team's order, and chosen by the places of departments", func() *script {
		s := newTeam()
		s.asked(scriptDep, "anna")
		s.asked(otherDep, "anna") // who had no turn there
		return s
	}, []string{"carl passed over in */chat, of those in other/chat"}},
	{"who is not in the department is not passed over", func() *script {
		s := newTeam()
		s.asked(scriptDep, "anna")
		s.asked(scriptDep, "bela")
		s.asked(scriptDep, "anna")
		s.asked(scriptDep, "bela")
		return s
	}, nil},
	{"a turn in another department is one", func() *script {
		s := newTeam()
		s.asked(scriptDep, "bela")
		s.asked(otherDep, "anna")
		s.asked(scriptDep, "bela")
		return s
	}, nil},
	{"everyone asked passes over who is elsewhere", func() *script {
		s := newTeam()
		s.asked("", "anna")
		s.asked("", "bela")
		s.asked("", "anna")
		return s
	}, []string{"carl passed over in */chat, of those in */chat"}},
	{"came into the department in between", func() *script {
		s := newTeam()
		s.asked(scriptDep, "anna")
		s.asked(scriptDep, "bela")
		s.row("carl", func(r *agentRow) { r.Departments = []string{scriptDep} })
		s.asked(scriptDep, "anna")
		return s
	}, nil},
	{"by departments, and the team's order is used", func() *script {
		s := newScript(9, "anna")
		s.order = teamRotation
		s.turn("anna")
		return s
	}, []string{"the offer of esc_1 to anna goes by the order of */chat"}},
	{"by departments, asked of one that was deleted", func() *script {
		s := newScript(9, "anna")
		s.add(entry{gone: []string{scriptDep}})
		s.order = teamRotation
		s.turn("anna")
		return s
	}, nil},
	{"a change of the order begins anew", func() *script {
		s := newTeam()
		s.asked(scriptDep, "anna")
		s.balance(false, scriptRotation, scriptDep)
		s.balance(true, teamRotation, scriptDep)
		s.turn("anna")
		return s
	}, nil},
	{"and is judged after it", func() *script {
		s := newTeam()
		s.asked(scriptDep, "anna")
		s.asked(scriptDep, "bela")
		s.balance(false, scriptRotation, scriptDep)
		s.turn("anna")
		s.turn("anna")
		return s
	}, []string{"bela passed over in team/chat, of those in team/chat"}},
	{"drawn by the order of before, before the change", func() *script {
		s := newTeam()
		s.order = scriptRotation
		s.balance(false, scriptRotation, scriptDep)
		n := s.draw()
		s.balance(true, scriptRotation, scriptDep)
		s.claim("anna", n)
		return s
	}, nil},
}

// devices gives an agent so many that work, and a page that is open for some time from the
// beginning on.
func devices(n int, page time.Duration) func(r *agentRow) {
	return func(r *agentRow) { r.Devices, r.Page = &n, newClock().now.Add(page).UnixMilli() }
}

// reachJudgements are histories in which pages close and devices come and go. What happens
// takes a second each.
var reachJudgements = []judgement{
	{"a device reaches", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", devices(1, 0))
		s.turn("anna")
		s.turn("anna")
		return s
	}, []string{"bela passed over"}},
	{"an open page reaches", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", devices(0, time.Hour))
		s.turn("anna")
		s.turn("anna")
		return s
	}, []string{"bela passed over"}},
	{"whom nothing reaches is not passed over, and gets nothing", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", devices(0, 0))
		s.turn("anna")
		s.turn("anna")
		s.turn("bela")
		return s
	}, []string{"offered to bela who cannot take it"}},
	{"whose page closed in between is not passed over", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", devices(0, 6*time.Second))
		s.turn("anna")
		s.turn("anna")
		return s
	}, nil},
	{"whose page opened again in between is not passed over", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", devices(0, 5500*time.Millisecond))
		s.turn("anna")
		s.row("bela", devices(0, time.Hour))
		s.turn("anna")
		return s
	}, nil},
	{"whose page was renewed in time", func() *script {
		s := newScript(9, "anna", "bela")
		s.row("bela", devices(0, 8*time.Second))
		s.turn("anna")
		s.row("bela", devices(0, time.Hour))
		s.turn("anna")
		return s
	}, []string{"bela passed over"}},
}

// TestJudgeSpreadByTeam: by the team's order those of the same departments are compared.
func TestJudgeSpreadByTeam(t *testing.T) {
	s := newTeam()
	s.row("dora", func(r *agentRow) { *r = copied(s.rows["bela"]) })
	s.balance(true, teamRotation, scriptDep)
	s.turn("bela")
	s.asked(otherDep, "carl")
	s.asked(otherDep, "carl")
	s.asked(otherDep, "carl")
	if v := judged(s.j); v.widest != 1 {
		t.Errorf("difference %d, want 1: bela and dora are compared, and carl is alone", v.widest)
	}
	s.asked(scriptDep, "bela")
	if v := judged(s.j); v.widest != 2 {
		t.Errorf("difference %d, want 2", v.widest)
	}
}
