package costs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// rows is a table of markdown on its way to being written.
type rows struct{ b strings.Builder }

// newRows begins a table with the heads of its columns.
func newRows(heads ...string) *rows {
	r := &rows{}
	r.add(heads...)
	r.add(slices.Repeat([]string{"---"}, len(heads))...)
	return r
}

func (r *rows) add(cells ...string) {
	r.b.WriteString("|")
	for _, c := range cells {
		if c != "" {
			c = " " + c
		}
		r.b.WriteString(c + " |")
	}
	r.b.WriteString("\n")
}

func (r *rows) String() string { return r.b.String() }

// dollars writes an amount of money.
func dollars(x float64) string { return fmt.Sprintf("%.2f", x) }

func bold(text string) string { return "**" + text + "**" }

// units writes how many there are: whole ones from ten on, three digits below.
func units(x float64) string {
	if x == 0 {
		return ""
	}
	if math.Abs(x) < 9.995 {
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	digits := fmt.Sprintf("%.0f", x)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// each writes how much one step uses: of gigabytes, the bytes.
func each(item Item, x float64) string {
	switch item {
	case TableGB, BackupGB, LogGB, LogKeptGB, InternetGB:
		if x != 0 {
			return units(x*GB) + " B"
		}
	}
	return units(x)
}

// price writes what one costs, as in 0.40 / million.
func (p Price) price() string {
	if p.Per == 1e6 {
		return p.Dollar + " / million"
	}
	return p.Dollar
}

// known writes how a price is known.
func (p Price) known() string {
	page := "[AWS's page](" + p.Page + ")"
	note := p.Note
	if note != "" {
		note = ", " + note
	}
	switch p.How {
	case "page":
		return page + note
	case "told":
		return "told of " + page + " by " + strings.TrimPrefix(note, ", ")
	}
	return "not confirmed; " + page + note
}
