package roster

import "time"

// TeamMember is one member in a TeamAvailability; for staff only id, first name and
// receiving are filled.
type TeamMember struct {
	ID           string        `json:"id"`
	FirstName    string        `json:"firstName"`
	Receiving    Receiving     `json:"receiving"`
	Availability *Availability `json:"availability,omitempty"`
}

// Counts is a number by channel. An agent who is free for both counts in both.
type Counts struct {
	Call int `json:"call"`
	Chat int `json:"chat"`
}

// TeamAvailability is who could take a call or a chat now.
type TeamAvailability struct {
	Now     Counts       `json:"now"`
	Online  int          `json:"online"`
	OnShift int          `json:"onShift"`
	NextAt  *time.Time   `json:"nextAt"` // the next beginning of a shift; nil when unknown
	Members []TeamMember `json:"members,omitempty"`
}

// Sight is what a viewer of a team sees of one member.
type Sight uint8

// What is seen of a member: nothing, that they can take work, or the reasons, too.
const (
	SeeNothing Sight = iota
	SeeReceiving
	SeeReasons
)

// Team sums up who counts of a department, or with an empty one of the account, and lists
// those of whom see tells something, by first name; nil lists nobody.
func (s *Roster) Team(dep string, now time.Time, see func(id string, can Receiving) Sight) TeamAvailability {
	t := TeamAvailability{}
	if see != nil {
		t.Members = []TeamMember{}
	}
	counted := s.counted(dep, "", now)
	for _, r := range s.Rows {
		if r.Removed || !r.In(dep) {
			continue
		}
		v := r.Availability(&s.Account, now)
		if len(counted) > 0 && counted[0] == r { // both are in the order of ids
			counted = counted[1:]
			t.count(r.Online, v)
		}
		if see == nil {
			continue
		}
		m := TeamMember{ID: r.ID, FirstName: r.FirstName, Receiving: v.Receiving}
		switch see(r.ID, v.Receiving) {
		case SeeNothing:
			continue
		case SeeReasons:
			m.Availability = &v
		}
		t.Members = append(t.Members, m)
	}
	sortByFirstName(t.Members, func(m TeamMember) (string, string) { return m.FirstName, m.ID })
	if at := s.NextShift(dep, "", now); !at.IsZero() {
		t.NextAt = &at
	}
	return t
}

// count adds one member to the sums.
func (t *TeamAvailability) count(online bool, v Availability) {
	if online {
		t.Online++
	}
	if v.OnShift {
		t.OnShift++
	}
	t.Now.add(v.Receiving)
}
