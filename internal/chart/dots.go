package chart

// Dots shows a few values of each of several things, a row each, on an axis from one value to
// another.
type Dots struct {
	Title    string
	X        string    // what the axis is, with its unit
	Ticks    []float64 // ascending; the first and the last are the ends of the axis
	Rows     []string
	Bold     int      // so many of the first rows have their names in bold
	NoNames  bool     // the rows are named in a panel beside
	Series   []Series // Values in the order of Rows, within the axis
	NoLegend bool     // the marks are explained in a panel beside
}

const (
	dotsNames  = 206. // the width of the rows' names
	dotsLeft   = 24.  // where there are none
	dotsTop    = 26.
	dotsBottom = 42.
)

func (d Dots) names() float64 {
	if d.NoNames {
		return 0
	}
	return dotsNames - dotsLeft
}

func (d Dots) draw(c *canvas, b box) {
	left, right := b.x+dotsLeft+d.names(), b.x+b.width-20
	from, to := d.Ticks[0], d.Ticks[len(d.Ticks)-1]
	x := func(v float64) float64 { return left + (right-left)*(v-from)/(to-from) }
	above, below := b.y+dotsTop, b.y+b.height-dotsBottom
	c.text(left, b.y+8, d.Title, style{bold: true, fill: dim})
	for _, t := range d.Ticks {
		c.line(x(t), above, x(t), below, pale)
		c.text(x(t), below+16, number(t), style{anchor: "middle", fill: dim})
	}
	c.text((left+right)/2, b.y+b.height-6, d.X, style{anchor: "middle"})
	each := (below - above) / float64(len(d.Rows))
	for i, name := range d.Rows {
		y := above + each*(float64(i)+0.5)
		if !d.NoNames {
			c.text(left-12, y+4, name, style{anchor: "end", bold: i < d.Bold})
		}
		c.line(left, y, right, y, pale)
		for n := range d.Series {
			n = len(d.Series) - 1 - n // the first series on top
			shift := 3.5 * (2*float64(n) - float64(len(d.Series)-1))
			c.dot(x(d.Series[n].Values[i]), y+shift, n)
		}
	}
	if !d.NoLegend {
		for n, s := range d.Series {
			y := b.y + b.height - dotsBottom + 14 + lineSpace*float64(n)
			c.dot(b.x+14, y, n)
			c.text(b.x+24, y+4, s.Name, style{})
		}
	}
}
