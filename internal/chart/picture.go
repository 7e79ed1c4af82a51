package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// The measures of a picture, in pixels.
const (
	width     = 860
	top       = 44 // above the panels, for the title
	letter    = 12 // the size of small letters
	lineSpace = 16
)

// The colours, on white: each has a contrast of at least 4.5 to 1 to it.
const (
	ink  = "#1f2328"
	pale = "#d8dee4"
	dim  = "#59636e"
)

var colours = []string{"#0969da", "#bc4c00", "#1a7f37", "#8250df"}

// Picture is one SVG file.
type Picture struct {
	Title       string
	Description string // what it shows, for who cannot see it: a sentence or two with the values that count
	Height      float64
	Panels      []Panel // side by side; what they have besides names of rows is of equal width
}

// Panel is a part of a picture with axes of its own.
type Panel interface {
	draw(c *canvas, b box)
	names() float64 // the width that names of rows take
}

// box is where a panel lies.
type box struct{ x, y, width, height float64 }

// SVG is the picture as a file.
func (p Picture) SVG() []byte {
	c := &canvas{}
	fmt.Fprintf(&c.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" width="%d" height="%.0f" role="img" aria-labelledby="t d"`+
		` font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="%d">`+"\n", width, p.Height, width, p.Height, letter)
	fmt.Fprintf(&c.b, "<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n", escaped(p.Title), escaped(p.Description))
	fmt.Fprintf(&c.b, `<rect x="0.5" y="0.5" width="%d" height="%.0f" rx="6" fill="#ffffff" stroke="%s"/>`+"\n", width-1, p.Height-1, pale)
	c.text(16, 27, p.Title, style{size: 15, bold: true})
	left, rest := 8., width-16.
	for _, panel := range p.Panels {
		rest -= panel.names()
	}
	for _, panel := range p.Panels {
		wide := rest/float64(len(p.Panels)) + panel.names()
		panel.draw(c, box{left, top, wide, p.Height - top - 8})
		left += wide
	}
	c.b.WriteString("</svg>\n")
	return c.b.Bytes()
}

// canvas is what is drawn on.
type canvas struct{ b bytes.Buffer }

// style is how a text is set; the zero one is small, dark and begins at its point.
type style struct {
	size   float64
	bold   bool
	anchor string
	fill   string
	turned bool // from bottom to top
}

func (c *canvas) text(x, y float64, text string, s style) {
	fmt.Fprintf(&c.b, `<text x="%.1f" y="%.1f"`, x, y)
	if s.size > 0 {
		fmt.Fprintf(&c.b, ` font-size="%.0f"`, s.size)
	}
	if s.bold {
		c.b.WriteString(` font-weight="600"`)
	}
	if s.anchor != "" {
		fmt.Fprintf(&c.b, ` text-anchor="%s"`, s.anchor)
	}
	if s.turned {
		fmt.Fprintf(&c.b, ` transform="rotate(-90 %.1f %.1f)"`, x, y)
	}
	if s.fill == "" {
		s.fill = ink
	}
	fmt.Fprintf(&c.b, ` fill="%s">%s</text>`+"\n", s.fill, escaped(text))
}

func (c *canvas) line(x1, y1, x2, y2 float64, stroke string) {
	fmt.Fprintf(&c.b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", x1, y1, x2, y2, stroke)
}

// dot is a mark of the n-th series: full circles, then squares, then empty circles.
func (c *canvas) dot(x, y float64, n int) {
	colour := colours[n%len(colours)]
	switch n % 3 {
	case 0:
		fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="4" fill="%s"/>`+"\n", x, y, colour)
	case 1:
		fmt.Fprintf(&c.b, `<rect x="%.1f" y="%.1f" width="7" height="7" fill="%s"/>`+"\n", x-3.5, y-3.5, colour)
	default:
		fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="#ffffff" stroke="%s" stroke-width="2"/>`+"\n", x, y, colour)
	}
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}
