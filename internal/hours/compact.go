package hours

import (
	"fmt"
	"strconv"
	"strings"
)

// The compact form is the zone, then groups of windows, separated by spaces:
//
//	Asia/Kolkata 12345/0900-1300,1400-1730 6/1000-1400 20261224+7 20270115/1000-1200
//
// Days are digits from 1, Monday, to 7. A date of eight digits begins an exception and
// +7 carries it through the seven days after, because what people take is a week off,
// not a day, and the row is read with a thousand others.

// Parse compiles the compact form that [Schedule.Compact] gave. The empty text is that
// of the nil Schedule.
func Parse(compact string) (*Schedule, error) {
	if compact == "" {
		return nil, nil
	}
	var rules [8]rule // most schedules fit and then cost no allocation
	p := plan{week: rules[:0]}
	if err := p.decode(compact); err != nil {
		return nil, fmt.Errorf("hours: compact form %q: %w", compact, err)
	}
	z, err := loadZone(p.zone)
	if err != nil {
		return nil, fmt.Errorf("hours: compact form %q: %w", compact, err)
	}
	return newSchedule(compact, z, p), nil
}

// encode writes a plan in the compact form.
func encode(p plan) string {
	b := []byte(p.zone)
	for i, r := range p.week {
		if i > 0 && p.week[i-1].days == r.days {
			b = r.append(append(b, ','))
			continue
		}
		b = append(b, ' ')
		for day := range len(dayNames) {
			if r.days&(1<<day) != 0 {
				b = append(b, '1'+byte(day))
			}
		}
		b = r.append(append(b, '/'))
	}
	for _, d := range p.dates {
		b = date(d.first).AppendFormat(append(b, ' '), "20060102")
		if d.last > d.first {
			b = strconv.AppendInt(append(b, '+'), int64(d.last-d.first), 10)
		}
		for i, v := range d.windows {
			b = v.append(append(b, "/,"[min(i, 1)]))
		}
	}
	return string(b)
}

func (v window) append(b []byte) []byte {
	b = append(v.start.append(b, ""), '-')
	return v.end.append(b, "")
}

// decode reads the compact form strictly: whatever encode does not write is an error.
func (p *plan) decode(text string) error {
	zone, rest, more := strings.Cut(text, " ")
	p.zone = zone
	for more {
		var group string
		group, rest, more = strings.Cut(rest, " ")
		head, windows, some := strings.Cut(group, "/")
		var err error
		if len(head) >= len("20061225") {
			err = p.decodeDated(head, windows, some)
		} else {
			err = p.decodeRules(head, windows)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) decodeRules(head, windows string) error {
	var days uint8
	for _, c := range []byte(head) {
		if c < '1' || c > '7' || days>>(c-'1') != 0 {
			return fmt.Errorf("days %q", head)
		}
		days |= 1 << (c - '1')
	}
	if days == 0 || len(p.dates) > 0 {
		return fmt.Errorf("days %q", head)
	}
	for more := true; more; {
		var one string
		one, windows, more = strings.Cut(windows, ",")
		v, ok := decodeWindow(one)
		if !ok {
			return fmt.Errorf("window %q", one)
		}
		p.week = append(p.week, rule{days: days, window: v})
	}
	if len(p.week) > MaxEntries {
		return fmt.Errorf("more than %d entries", MaxEntries)
	}
	return nil
}

func (p *plan) decodeDated(head, windows string, some bool) error {
	text, carry, carried := strings.Cut(head, "+")
	if len(text) != len("20061225") {
		return fmt.Errorf("date %q", head)
	}
	first, ok := civil(text[:4], text[4:6], text[6:])
	d := dated{first: first, last: first}
	if carried {
		n, ok := digits(carry)
		if !ok || n >= MaxExceptions || carry[0] == '0' {
			return fmt.Errorf("date %q", head)
		}
		d.last += int32(n)
	}
	if n := len(p.dates); !ok || n > 0 && p.dates[n-1].last >= first {
		return fmt.Errorf("date %q", head)
	}
	for more := some; more; {
		var one string
		one, windows, more = strings.Cut(windows, ",")
		v, ok := decodeWindow(one)
		if !ok {
			return fmt.Errorf("window %q", one)
		}
		d.windows = append(d.windows, v)
	}
	p.dates = append(p.dates, d)
	if len(p.dates) > MaxExceptions {
		return fmt.Errorf("more than %d exceptions", MaxExceptions)
	}
	return nil
}

func decodeWindow(s string) (v window, ok bool) {
	if len(s) != len("0900-1730") || s[4] != '-' {
		return window{}, false
	}
	start, ok1 := clock(s[:2], s[2:4])
	end, ok2 := clock(s[5:7], s[7:])
	return window{start, end}, ok1 && ok2 && start < dayMinutes
}
