package desk_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/roster"
)

// history is what happens on a floor: rounds of things at once. It is drawn before it
// is played, so that playing needs no chance but that of the goroutines.
type history struct {
	seed        uint64
	departments int
	team        bool // the balance at first
	agents      []newAgent
	lost        float64 // the share of calls that are refused, and of answers that are lost
	rounds      []round
	leaveFirst  bool // in the end customers leave before offers are missed
}

// newAgent is an agent of a history.
type newAgent struct {
	departments int // bits
	calls       int
	chats       int // below 0: what the account says
	hours       string
}

// round is things that happen at once, after some time has passed.
type round struct {
	skip time.Duration
	acts []act
}

// act is one thing that somebody does. Whom and what it means is found out when it
// happens: a, b and c choose among what is there.
type act struct {
	kind    string
	after   time.Duration
	call    bool // or chat, of what begins
	a, b, c int
}

// channel is that of what begins.
func (a act) channel() roster.Channel {
	if a.call {
		return roster.Call
	}
	return roster.Chat
}

// moods are what people do on a floor; a kind that is named twice is done twice as often.
var moods = map[string][]string{
	"working":   {"escalate", "accept", "complete"},
	"declining": {"escalate", "decline", "decline", "accept", "complete"},
	"restless":  {"escalate", "escalate", "online", "online", "offline", "hours", "move", "capacity", "join", "balance", "accept", "decline"},
	"pages":     {"escalate", "escalate", "escalate", "page", "page", "poll", "closing", "closing", "device", "accept", "decline"},
	"passing":   {"escalate", "accept", "accept", "transfer", "hand", "drill", "decline"},
	"leaving":   {"escalate", "accept", "end", "complete", "decline"},
}

// drawHistory draws one. Its outline is drawn by
// rapid, so that a failing one can be made smaller; the rest follows from its seed.
func drawHistory(t *rapid.T) history {
	h := history{
		seed:        rapid.Uint64().Draw(t, "seed"),
		departments: rapid.IntRange(1, 3).Draw(t, "departments"),
		team:        rapid.Bool().Draw(t, "team"),
		lost:        rapid.SampledFrom([]float64{0, 0, 0.01, 0.03}).Draw(t, "lost"),
	}
	r := rand.New(rand.NewPCG(h.seed, 2))
	room := rapid.SampledFrom([]int{20, 20, 6, 1}).Draw(t, "room")
	shifts := rapid.Bool().Draw(t, "shifts")
	for range rapid.IntRange(2, 9).Draw(t, "agents") {
		a := newAgent{departments: 1 + r.IntN(1<<h.departments-1), calls: min(1, r.IntN(4)), chats: max(1, room-r.IntN(6))}
		switch r.IntN(10) {
		case 0:
			a.chats = -1
		case 1:
			a.departments = 0
		}
		if from := []int{950, 1000, 1001, 1004}[r.IntN(4)]; shifts && r.IntN(2) == 0 {
			a.hours = fmt.Sprintf("UTC 1234567/%04d-%04d", from, max(from, 1000)+2+r.IntN(20))
		}
		h.agents = append(h.agents, a)
	}
	names := slices.Sorted(maps.Keys(moods))
	for range 8 - rapid.IntRange(0, 7).Draw(t, "fewer rounds") {
		mood := rapid.SampledFrom(names).Draw(t, "mood")
		acts := 40 - rapid.IntRange(0, 39).Draw(t, "fewer acts")
		burst := rapid.SampledFrom([]int{64, 16, 8, 4, 1, 0}).Draw(t, "burst")
		n := newRound(r, moods[mood], acts, burst)
		if mood == "pages" && r.IntN(3) == 0 {
			n.skip += 8 * time.Minute // those that were open and did not poll are closed
		}
		h.rounds = append(h.rounds, n)
	}
	return h
}

func newRound(r *rand.Rand, kinds []string, acts, burst int) round {
	n := round{skip: time.Duration(r.IntN(40_000)) * time.Millisecond}
	calls := []int{0, 0, 3, 10}[r.IntN(4)] // of ten; who has one takes nothing else
	one := func(kind string, span int) {
		n.acts = append(n.acts, act{
			kind: kind, after: time.Duration(r.IntN(span)) * time.Millisecond, call: r.IntN(10) < calls,
			a: r.IntN(1000), b: r.IntN(1000), c: r.IntN(1000),
		})
	}
	for range acts {
		one(kinds[r.IntN(len(kinds))], 100)
	}
	for range burst {
		one("escalate", 3)
	}
	return n
}

// between makes all that begins in the round chats, for the first two departments in turns.
func (n round) between() round {
	n = n.chats()
	for i := range n.acts {
		if i%2 == 1 && n.acts[i].kind == "escalate" {
			n.acts[i].b = 3
		}
	}
	return n
}

// changesOrder is a round in which nothing happens but that the account sets its balance.
func changesOrder(team bool) round {
	n := round{skip: time.Minute, acts: []act{{kind: "balance"}}}
	if team {
		n.acts[0].b = 1
	}
	return n
}

// chats makes all that begins in the round chats for the first department.
func (n round) chats() round {
	for i := range n.acts {
		if a := &n.acts[i]; a.kind == "escalate" {
			a.b, a.call = 1, false
		}
	}
	return n
}
