package costs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Report is all that the tables are made of.
type Report struct {
	Prices     Prices
	Deployment Deployment
	Sizes      []Size
	Strangers  map[string]Stranger // by the route
	Thrifty    map[string]float64  // requests a second of a route where the stage is thrifty, if others
}

// Size is a business, and what was measured with a team as large as its.
type Size struct {
	Business Business
	Steps    Steps
}

// Businesses are the three that the tables show.
func Businesses() []Business { return []Business{{5, 300}, {50, 10_000}, {500, 200_000}} }

// Tables makes all tables, by the names that the guide has for them.
func (r Report) Tables() (map[string]string, error) {
	tables := map[string]string{"prices": r.prices(), "assumptions": r.assumptions()}
	for name, table := range map[string]func() (string, error){"idle": r.idle, "life": r.life, "businesses": r.businesses, "live": r.live, "page": r.page, "flood": r.flood} {
		text, err := table()
		if err != nil {
			return nil, fmt.Errorf("the table %s: %w", name, err)
		}
		tables[name] = text
	}
	return tables, nil
}

func (r Report) prices() string {
	t := newRows("what", "dollars", "free each month", "how it is known", "looked up")
	for _, p := range r.Prices {
		t.add(p.What, p.Dollar+" a "+p.Unit, units(p.Free), p.known(), p.Looked)
	}
	return t.String()
}

func (r Report) assumptions() string {
	t := newRows("what", "", "why")
	for _, a := range Assumptions(r.Deployment) {
		t.add(a.What, units(a.Value), a.Why)
	}
	return t.String()
}

// Idle is the bill of a month in which nobody does anything, with the machine client and
// without it.
func (r Report) Idle() (with, without []Line, err error) {
	with, err = r.Prices.Bill(r.Deployment.Idle())
	without = slices.DeleteFunc(slices.Clone(with), func(l Line) bool { return l.Item == Clients || l.Item == Tokens })
	return with, without, err
}

func (r Report) idle() (string, error) {
	with, without, err := r.Idle()
	t := newRows("a month of an idle stage", "units", "× dollars", "list", "after what is free")
	for _, l := range with {
		t.add(l.What, units(l.Units), l.price(), dollars(l.List), dollars(l.Paid))
	}
	for _, sum := range []struct {
		what string
		of   []Line
	}{{"with the machine client", with}, {"without it, `-c machineClient=false`", without}} {
		list, paid := Total(sum.of)
		t.add(bold(sum.what), "", "", bold(dollars(list)), bold(dollars(paid)))
	}
	return t.String(), err
}

// Life is the bill of a million escalations that ring, are taken at once and completed,
// with a team of that size.
func (r Report) Life(s Steps) (bill []Line, tracing Line, err error) {
	million := Usage{}
	million.Add(r.Deployment.Whole(Sum(s.Life())), 1e6)
	bill, err = r.Prices.Bill(million)
	return bill, r.Prices.Tracing(million), err
}

// middle is the team whose life the table shows.
func (r Report) middle() Steps { return r.Sizes[len(r.Sizes)/2].Steps }

func (r Report) life() (string, error) {
	s := r.middle()
	bill, tracing, err := r.Life(s)
	if err != nil {
		return "", err
	}
	heads, empty, cents := []string{"one escalation"}, []string{}, []string{bold("dollars a million")}
	var parts []Usage
	for _, p := range s.Life() {
		u := r.Deployment.Whole(p.Usage)
		part, err := r.Prices.Bill(u)
		if err != nil {
			return "", err
		}
		list, _ := Total(part)
		heads, parts, cents, empty = append(heads, p.Name), append(parts, u), append(cents, bold(dollars(list*1e6))), append(empty, "")
	}
	t := newRows(append(heads, "× dollars", "a million")...)
	for _, l := range bill {
		cells := []string{l.What}
		for _, u := range parts {
			cells = append(cells, each(l.Item, u[l.Item]))
		}
		t.add(append(cells, l.price(), dollars(l.List))...)
	}
	list, _ := Total(bill)
	t.add(append(cents, "", bold(dollars(list)))...)
	t.add(append(append([]string{"with `-c tracing=true`, at most"}, empty...), tracing.price(), dollars(list+tracing.List))...)
	return t.String(), nil
}

func (r Report) businesses() (string, error) {
	heads := []string{"a month", "× dollars"}
	var months []Usage
	sums := [][]string{{bold("list"), ""}, {bold("after what is free"), ""}, {"with `-c tracing=true` at most, list", ""}}
	for _, size := range r.Sizes {
		u := r.Deployment.Idle()
		u.Add(r.Deployment.Whole(size.Business.Month(size.Steps)), 1)
		bill, err := r.Prices.Bill(u)
		if err != nil {
			return "", err
		}
		heads = append(heads, fmt.Sprintf("%d agents, %s escalations", size.Business.Agents, units(float64(size.Business.Escalations))), "list")
		list, paid := Total(bill)
		for i, sum := range []string{bold(dollars(list)), bold(dollars(paid)), dollars(list + r.Prices.Tracing(u).List)} {
			sums[i] = append(sums[i], "", sum)
		}
		months = append(months, u)
	}
	return r.sideBySide(heads, months, sums...), nil
}

// live is what an admin costs who has the page open all day.
func (r Report) live() (string, error) {
	return r.opened("admin", func(s Size) (Usage, string) {
		u := Usage{}
		u.Add(s.Steps.Live, livePolls*hoursOfWork*daysOfWork)
		return u, fmt.Sprintf("%d agents, %d open", s.Business.Agents, s.Steps.Open)
	})
}

// page is what an agent costs who takes calls and chats on the page, and what one whose page is
// woken by pushes.
func (r Report) page() (string, error) {
	rests := []string{"list of a page that pushes wake", ""}
	for _, size := range r.Sizes {
		bill, err := r.Prices.Bill(r.Deployment.Whole(Page(size.Steps.HourOfRest)))
		if err != nil {
			return "", err
		}
		list, _ := Total(bill)
		rests = append(rests, "", dollars(list))
	}
	return r.opened("agent", func(s Size) (Usage, string) {
		return Page(s.Steps.HourOfPage), fmt.Sprintf("of %d agents", s.Business.Agents)
	}, rests)
}

// opened is a table of what somebody costs who has a page open, in businesses of all sizes, and
// more rows below.
func (r Report) opened(who string, month func(Size) (measured Usage, head string), more ...[]string) (string, error) {
	heads := []string{"a month of one " + who, "× dollars"}
	var months []Usage
	total, tracing := []string{bold("list"), ""}, []string{"with `-c tracing=true` at most", ""}
	for _, size := range r.Sizes {
		measured, head := month(size)
		u := r.Deployment.Whole(measured)
		bill, err := r.Prices.Bill(u)
		if err != nil {
			return "", err
		}
		list, _ := Total(bill)
		heads = append(heads, head, "list")
		total, tracing = append(total, "", bold(dollars(list))), append(tracing, "", dollars(list+r.Prices.Tracing(u).List))
		months = append(months, u)
	}
	return r.sideBySide(heads, months, append([][]string{total, tracing}, more...)...), nil
}

// sideBySide is a table of what several use, with what it costs by the list.
func (r Report) sideBySide(heads []string, months []Usage, sums ...[]string) string {
	used := Usage{}
	for _, u := range months {
		used.Add(u, 1)
	}
	t := newRows(heads...)
	for _, p := range r.Prices {
		if used[p.Item] == 0 || p.Item == Traces {
			continue
		}
		cells := []string{p.What, p.price()}
		for _, u := range months {
			cells = append(cells, units(u[p.Item]), dollars(u[p.Item]*p.Of))
		}
		t.add(cells...)
	}
	for _, sum := range sums {
		t.add(sum...)
	}
	return t.String()
}

// Fill puts tables into a page, each between <!-- costs: its name --> and <!-- costs end -->.
func Fill(page string, tables map[string]string) (string, error) {
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		const end = "<!-- costs end -->"
		begin := "<!-- costs: " + name + " -->\n"
		before, rest, found := strings.Cut(page, begin)
		_, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			return "", fmt.Errorf("the page has no place for the table %s, between %q and %q", name, strings.TrimSpace(begin), end)
		}
		page = before + begin + "\n" + tables[name] + "\n" + end + after
	}
	return page, nil
}
