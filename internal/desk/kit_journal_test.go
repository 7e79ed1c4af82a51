package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// journal is a table that writes down what is committed through it, for a judge. One
// commit goes through at a time, so that their order is known. It stands inside all
// faults: what it saw did happen.
type journal struct {
	table.Table
	now   func() time.Time
	off   bool          // lets everything through, as if it were not there
	slack time.Duration // from reading the desk to drawing, at most

	mu      sync.Mutex
	entries []entry
	team    bool // the account's balance
}

// entry is one commit: a ticket drawn, or a Write. One that changes the balance holds
// nothing else.
type entry struct {
	at     time.Time
	draw   string // the rotation whose counter was drawn from; empty for a Write
	ticket int64
	rows   map[string]agentRow
	works  map[string]workItem
	gone   []string // departments that were deleted
	order  bool     // the balance was changed
	team   bool     // to the team's order, rather than to those of departments
}

// agentRow is a member's desk row as the judge reads it: with its own eyes, not with
// the code that it judges.
type agentRow struct {
	Online      bool     `json:"on"`
	Departments []string `json:"d"`
	Calls       int      `json:"cc"`
	Chats       *int     `json:"ch"`
	Work        []struct {
		Escalation string `json:"e"`
		Channel    string `json:"c"`
	} `json:"w"`
	Places  map[string]int64 `json:"p"`
	Hours   string           `json:"h"`
	Devices *int             `json:"v"`
	Page    int64            `json:"pg"` // until when one is open
	Removed bool             `json:"x"`
}

// workItem is an escalation as the judge reads it.
type workItem struct {
	State      string   `json:"s"`
	Channel    string   `json:"c"`
	Department string   `json:"d"`
	Offers     int      `json:"on"`
	Offered    []string `json:"od"`
	Offer      *struct {
		Number int    `json:"n"`
		Member string `json:"m"`
		Ticket int64  `json:"t"`
	} `json:"o"`
	Assigned *struct {
		ID string `json:"id"`
	} `json:"as"`
	DirectedAt string `json:"to"`
	Transfer   *struct {
		Member     string `json:"m"`
		Department string `json:"d"`
	} `json:"tr"`
}

// settings and tombstone are what the judge reads of an account and of a department.
type settings struct {
	Balance string `json:"balance"`
}

type tombstone struct {
	Deleted bool `json:"x"`
}

func (w workItem) open() bool { return w.State == "ringing" || w.State == "active" }

// goal is the department whose members are wanted; empty for everyone.
func (w workItem) goal() string {
	if w.Transfer != nil && w.Transfer.Department != "" {
		return w.Transfer.Department
	}
	return w.Department
}

// directed reports whether the offer went to the member asked for rather than to the
// rotation's choice.
func (w workItem) directed() bool {
	if w.Transfer != nil {
		return w.Transfer.Member != ""
	}
	return w.DirectedAt != ""
}

func (j *journal) Write(ctx context.Context, ops ...table.Op) error {
	if j.off {
		return j.Table.Write(ctx, ops...)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.Table.Write(ctx, ops...)
	if err != nil {
		return err
	}
	e := entry{at: j.now(), rows: map[string]agentRow{}, works: map[string]workItem{}}
	for _, op := range ops {
		k := op.Item.Key
		switch member, isRow := strings.CutPrefix(k.Sort, "mem/"); {
		case op.Kind != table.OpPut:
		case isRow:
			e.rows[member] = read[agentRow](op.Item.Body)
		case strings.HasPrefix(k.Partition, "esc_") && k.Sort == "state":
			e.works[k.Partition] = read[workItem](op.Item.Body)
		case strings.HasPrefix(k.Sort, "dep/") && read[tombstone](op.Item.Body).Deleted:
			e.gone = append(e.gone, strings.TrimPrefix(k.Sort, "dep/"))
		case k.Sort == "account":
			if team := read[settings](op.Item.Body).Balance == "team"; team != j.team {
				j.team, e.order, e.team = team, true, team
			}
		}
	}
	if len(e.rows)+len(e.works)+len(e.gone) > 0 || e.order {
		j.entries = append(j.entries, e)
	}
	return nil
}

func (j *journal) Increment(ctx context.Context, k table.Key, now time.Time) (int64, time.Time, error) {
	if j.off {
		return j.Table.Increment(ctx, k, now)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	n, previous, err := j.Table.Increment(ctx, k, now)
	if err == nil {
		j.entries = append(j.entries, entry{at: j.now(), draw: k.Sort, ticket: n})
	}
	return n, previous, err
}

func read[T any](body []byte) T {
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		panic(fmt.Sprintf("journal: %v in %s", err, body))
	}
	return v
}

// story tells the entries from one to another, for the report of a fault.
func (j *journal) story(from, to int) string {
	var b strings.Builder
	for i := from; i <= to && i < len(j.entries); i++ {
		e := j.entries[i]
		fmt.Fprintf(&b, "\n  %4d %s ", i, e.at.Format("15:04:05.000"))
		if e.draw != "" {
			fmt.Fprintf(&b, "ticket %d of %s", e.ticket, e.draw)
		}
		if e.order {
			fmt.Fprintf(&b, "the team's order from now on: %v", e.team)
		}
		for id, w := range e.works {
			fmt.Fprintf(&b, "%s %s, ", id, w.State)
			if o := w.Offer; o != nil {
				fmt.Fprintf(&b, "offer %d to %s with ticket %d, ", o.Number, o.Member, o.Ticket)
			}
		}
		for id, r := range e.rows {
			fmt.Fprintf(&b, "%s online %v reachable %v in %v, room %d/%d %s, work %v, places %v, ",
				id, r.Online, r.reachable(e.at), r.Departments, r.Calls, r.chats(), r.Hours, r.Work, r.Places)
		}
	}
	return b.String()
}
