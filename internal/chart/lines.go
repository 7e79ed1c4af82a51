package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Lines shows how values grow. Both axes are logarithmic.
type Lines struct {
	Title  string
	X, Y   string    // what the axes are, with units, such as "members"
	At     []float64 // of the points, ascending and above 0
	Series []Series
}

// Series is a line, or the marks of one kind.
type Series struct {
	Name   string
	Values []float64 // above 0 in Lines
}

// The margins of Lines, which its labels take.
const (
	linesLeft, linesRight = 62., 86.
	linesTop, linesBottom = 24., 42.
)

func (Lines) names() float64 { return 0 }

func (l Lines) draw(c *canvas, b box) {
	c.text(b.x+8, b.y+8, l.Title, style{bold: true, fill: dim})
	ticks := decades(l.Series)
	x := logarithmic(l.At[0], l.At[len(l.At)-1], b.x+linesLeft, b.x+b.width-linesRight)
	y := logarithmic(ticks[0], ticks[len(ticks)-1], b.y+b.height-linesBottom, b.y+linesTop)
	left, right := x(l.At[0])-10, x(l.At[len(l.At)-1])+10
	for _, t := range ticks {
		c.line(left, y(t), right, y(t), pale)
		c.text(left-6, y(t)+4, number(t), style{anchor: "end", fill: dim})
	}
	for _, at := range l.At {
		c.text(x(at), b.y+b.height-linesBottom+18, number(at), style{anchor: "middle", fill: dim})
	}
	c.text((left+right)/2, b.y+b.height-6, l.X, style{anchor: "middle"})
	c.text(b.x+14, (y(ticks[0])+y(ticks[len(ticks)-1]))/2, l.Y, style{anchor: "middle", turned: true})
	ends := make([]float64, len(l.Series))
	for n, s := range l.Series {
		var points []string
		for i, v := range s.Values {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(l.At[i]), y(v)))
		}
		fmt.Fprintf(&c.b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colours[n%len(colours)])
		for i, v := range s.Values {
			c.dot(x(l.At[i]), y(v), n)
		}
		ends[n] = y(s.Values[len(s.Values)-1])
	}
	for n, at := range apart(ends) {
		c.text(right+4, at+4, l.Series[n].Name, style{fill: colours[n%len(colours)], bold: true})
	}
}

// decades are ticks at 1, 2 and 5 of each power of ten, from the last below all values to the
// first above.
func decades(all []Series) (ticks []float64) {
	low, high := math.Inf(1), 0.
	for _, s := range all {
		low, high = min(low, slices.Min(s.Values)), max(high, slices.Max(s.Values))
	}
	for power := -3; ; power++ {
		for _, digit := range []float64{1, 2, 5} {
			t := digit * math.Pow10(power)
			if t <= low {
				ticks = nil
			}
			ticks = append(ticks, t)
			if t >= high {
				return ticks
			}
		}
	}
}

// logarithmic maps values onto pixels.
func logarithmic(from, to, first, last float64) func(float64) float64 {
	return func(v float64) float64 {
		return first + (last-first)*math.Log(v/from)/math.Log(to/from)
	}
}

// apart moves labels that would lie on one another, in the order of their heights.
func apart(at []float64) []float64 {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(at[a], at[b]) })
	moved := slices.Clone(at)
	for i := 1; i < len(order); i++ {
		moved[order[i]] = max(moved[order[i]], moved[order[i-1]]+lineSpace-1)
	}
	return moved
}

// number writes a value as people do, such as 1,000 or 0.5.
func number(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%d,%03d", int(v)/1000, int(v)%1000)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
