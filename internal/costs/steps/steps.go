// Package steps measures what each step of an escalation's life, and of an agent's day,
// asks of AWS: it runs the real functions on the real adapters of package cloud, in front
// of services that count. The table is the embedded one behind a meter, which knows
// DynamoDB's rules.
package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"time"

	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/desk"
	options "github.com/connectnow/backend/internal/stage"
)

// Measure measures all steps with a team of so many agents.
func Measure(ctx context.Context, agents int) (costs.Steps, error) {
	dir, err := os.MkdirTemp("", "connectnow-costs-")
	if err != nil {
		return costs.Steps{}, fmt.Errorf("measuring: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := open(ctx, dir, agents)
	if s == nil {
		return costs.Steps{}, fmt.Errorf("measuring: %w", err)
	}
	m := costs.Steps{Agents: agents}
	s.life(&m)
	s.moreOfLife(&m)
	s.day(&m)
	m.Week = s.week()
	s.live(&m)
	s.unanswered(&m)
	s.page(&m)
	m.Metrics = len(s.aws.series)
	if err := errors.Join(s.wrong, s.twins.Close()); err != nil {
		return costs.Steps{}, fmt.Errorf("measuring with %d agents: %w", agents, err)
	}
	return m, nil
}

// step measures what f does.
func (s *stage) step(f func()) costs.Usage {
	before, table, stored := maps.Clone(s.aws.used), s.table.Counts(), s.table.Bytes()
	f()
	used := costs.Usage{}
	used.Add(s.aws.used, 1)
	used.Add(before, -1)
	used[costs.LogGB] /= costs.GB // bytes until now, so that no sum depends on its order
	used[costs.InternetGB] /= costs.GB
	c := s.table.Counts().Sub(table)
	used[costs.WriteUnits], used[costs.ReadUnits] = float64(c.WriteUnits), float64(c.ReadUnits)
	used[costs.TableGB] = float64(s.table.Bytes()-stored) / costs.GB
	return used
}

// think lets some time pass.
func (s *stage) think(d time.Duration) { s.deliver(s.clock.Add(d)) }

// life is that of an escalation which rings at once and is taken at once.
func (s *stage) life(m *costs.Steps) {
	var id, agent string
	m.Ring = s.step(func() { id, agent = s.escalate(1) })
	s.think(3 * time.Second)
	m.Look = s.step(func() { s.call(agent, http.MethodGet, "/v1/me/escalations", "") })
	s.think(3 * time.Second)
	m.Accept = s.step(func() { s.call(agent, http.MethodPost, "/v1/escalations/"+id+"/accept", "") })
	m.Read = s.step(func() { s.call(agent, http.MethodGet, "/v1/escalations/"+id, "") })
	m.OfferTimer = s.step(func() { s.think(2 * time.Minute) })
	m.Complete = s.step(func() {
		s.call(agent, http.MethodPost, "/v1/escalations/"+id+"/complete", `{"outcome": "resolved", "note": "Exchange approved."}`)
	})
	m.WorkTimer = s.step(func() { s.think(25 * time.Hour) }) // all are at work again
}

// moreOfLife are steps that not every escalation takes.
func (s *stage) moreOfLife(m *costs.Steps) {
	id, _ := s.escalate(2)
	m.Status = s.step(func() { s.direct("status", id) })
	m.Missed = s.step(func() { s.think(40 * time.Second) })
	agent := s.direct("status", id)
	m.Declined = s.step(func() { s.call(agent, http.MethodPost, "/v1/escalations/"+id+"/decline", `{}`) })
	s.direct("end", id)
}

// day measures what an agent's app asks for.
func (s *stage) day(m *costs.Steps) {
	agent := s.agents[0]
	m.HourOfLooks = s.step(func() {
		for range 60 {
			s.call(agent, http.MethodGet, "/v1/me/escalations", "")
			s.clock = s.clock.Add(time.Minute)
		}
	})
	refresh := func() { s.call(agent, http.MethodPost, "/v1/refresh", `{"refreshToken": "`+agent+`"}`) }
	refresh() // the first of a day notes that the session is used
	m.Refresh = s.step(refresh)
	m.Offline = s.step(func() { s.call(agent, http.MethodPut, "/v1/me/presence", `{"status": "offline"}`) })
	m.Online = s.step(func() { s.online(agent) })
	m.Other = s.step(func() { s.call(agent, http.MethodGet, "/v1/me", "") })
}

// week measures the ticks of one member's working hours.
func (s *stage) week() costs.Usage {
	var mine desk.ShiftExecution
	for _, e := range s.aws.executions {
		if e.MemberID == s.agents[0] {
			mine = e
		}
	}
	end := s.clock.AddDate(0, 0, 7)
	return s.step(func() {
		for s.wrong == nil {
			answer := s.invoke("shift", mine)
			s.aws.count(costs.Transitions, 2) // Tick and Wait
			text, _ := answer["wakeAt"].(string)
			at, err := time.Parse(time.RFC3339, text)
			s.must(err)
			if at.After(end) {
				break
			}
			s.clock = at
		}
	})
}

// live measures a poll of the page that shows what goes on, while three of ten agents have
// a chat open.
func (s *stage) live(m *costs.Steps) {
	for m.Open = 0; m.Open < len(s.agents)*3/10; m.Open++ {
		id, agent := s.escalate(100 + m.Open)
		s.call(agent, http.MethodPost, "/v1/escalations/"+id+"/accept", "")
	}
	m.Live = s.step(func() { s.call(s.owner.MemberID, http.MethodGet, "/v1/live", "") })
}

// unanswered measures an escalation that finds nobody and becomes a callback, and the
// agent who calls back.
func (s *stage) unanswered(m *costs.Steps) {
	for _, agent := range s.agents {
		s.call(agent, http.MethodPut, "/v1/me/presence", `{"status": "offline"}`)
	}
	s.think(5 * time.Minute)
	m.Callback = s.step(func() { s.escalate(3); s.think(time.Minute) })
	agent := s.agents[0]
	s.online(agent)
	m.CallBack = s.step(func() {
		found := s.call(agent, http.MethodGet, "/v1/callbacks", "")
		path := "/v1/callbacks/" + text(found, "items", "0", "id")
		s.call(agent, http.MethodPost, path+"/claim", "")
		s.call(agent, http.MethodPost, path+"/complete", `{"note": "Exchange approved."}`)
	})
}

// page measures an hour of an agent who takes work on the page, while nothing rings, and one of an
// agent whose page is woken by pushes.
func (s *stage) page(m *costs.Steps) {
	agent := ""
	for _, agent = range s.agents { // until one has no chat open
		if open, _ := s.call(agent, http.MethodGet, "/v1/me/escalations", "")["items"].([]any); len(open) == 0 {
			break
		}
	}
	s.online(agent)
	hour := func(looks int) costs.Usage {
		return s.step(func() {
			for range looks {
				s.call(agent, http.MethodGet, "/v1/me/escalations", "")
				s.clock = s.clock.Add(time.Hour / time.Duration(looks))
			}
			for range 180 {
				s.call(agent, http.MethodGet, "/v1/me", "")
			}
		})
	}
	m.HourOfPage, m.HourOfRest = hour(1200), hour(360)
}

// Report measures all sizes of business on a stage of these templates.
func Report(ctx context.Context, templates ...costs.Template) (r costs.Report, err error) {
	if r.Prices, err = costs.ReadPrices(); err != nil {
		return r, err
	}
	if r.Deployment, err = costs.Read(templates...); err != nil {
		return r, err
	}
	r.Thrifty = map[string]float64{}
	for route, limit := range options.Throttles(true) {
		r.Thrifty[route] = limit.Rate
	}
	if r.Strangers, err = Flood(ctx, r.Deployment, r.Prices); err != nil {
		return r, err
	}
	for _, b := range costs.Businesses() {
		measured, err := Measure(ctx, b.Agents)
		if err != nil {
			return r, err
		}
		r.Sizes = append(r.Sizes, costs.Size{Business: b, Steps: measured})
	}
	return r, nil
}
