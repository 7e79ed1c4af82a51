package desk_test

import (
	"slices"
	"strings"
	"time"
)

// spell is a time in which one order held.
type spell struct {
	from time.Time
	team bool
}

// byTeam reports whether the team's order holds.
func (v *judge) byTeam() bool { return v.spell[len(v.spell)-1].team }

// ordered reports whether an offer went by the order that holds, or by one that held when
// its claim read the desk, before it drew: a claim does not ask for the settings again.
func (v *judge) ordered(draw int, k string, w workItem) bool {
	read := v.j.entries[draw].at.Add(-v.j.slack)
	dep := w.goal()
	member := slices.Contains(v.rows[w.Offer.Member].Departments, dep)
	mine, all := member && k == strings.TrimPrefix(dep, "dep_")+"/"+w.Channel, strings.HasPrefix(k, "*/")
	for _, sp := range slices.Backward(v.spell) {
		switch {
		case sp.team && all, !sp.team && mine, !sp.team && all && (!member || v.gone[dep]):
			return true
		case !sp.from.After(read):
			return false
		}
	}
	return false
}

// asked is the rotation of those who were asked. By the team's order that is not the one
// that orders: an agent who is in the department wanted was asked as one of it, since
// everyone is asked only when nobody there can.
func (v *judge) asked(k string, w workItem) string {
	dep := w.goal()
	if !strings.HasPrefix(k, "*/") || !slices.Contains(v.rows[w.Offer.Member].Departments, dep) || v.gone[dep] && !v.byTeam() {
		return k
	}
	return strings.TrimPrefix(dep, "dep_") + "/" + w.Channel
}

// throughout reports whether the agent has been able from the start, by the team's order in
// each department.
func (v *judge) throughout(id, rotation string) bool {
	_, channel, _ := strings.Cut(rotation, "/")
	seats := []seat{{id, rotation}}
	if v.byTeam() {
		for _, dep := range v.rows[id].Departments {
			seats = append(seats, seat{id, strings.TrimPrefix(dep, "dep_") + "/" + channel})
		}
	}
	return !slices.ContainsFunc(seats, func(s seat) bool {
		since, able := v.able[s]
		return !able || since > v.start
	})
}
