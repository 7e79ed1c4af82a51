package costs

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed prices.tsv
var priceList string

// Price is what AWS charges for an item: a row of prices.tsv.
type Price struct {
	Item   Item
	What   string
	Dollar string  // as AWS writes it
	Of     float64 // one unit of the item, in dollars
	Per    float64 // how many units Dollar is for
	Unit   string
	Free   float64 // units a month
	Looked string  // when it was looked up
	How    string  // how it is known
	Page   string
	Note   string
}

// Prices are all of prices.tsv, in its order.
type Prices []Price

// ReadPrices reads the list that the product brings.
func ReadPrices() (Prices, error) { return readPrices(priceList) }

func readPrices(list string) (prices Prices, err error) {
	for line := range strings.Lines(list) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 10 {
			return nil, fmt.Errorf("prices: %d columns instead of 10 in %q", len(f), line)
		}
		p := Price{Item: Item(f[0]), What: f[1], Dollar: f[2], Unit: f[4], Looked: f[6], How: f[7], Page: f[8], Note: f[9]}
		for _, n := range []struct {
			text string
			into *float64
		}{{f[2], &p.Of}, {f[3], &p.Per}, {f[5], &p.Free}} {
			if *n.into, err = strconv.ParseFloat(n.text, 64); err != nil {
				return nil, fmt.Errorf("prices: %q: %w", line, err)
			}
		}
		p.Of /= p.Per
		prices = append(prices, p)
	}
	return prices, nil
}

// Line is an item of a bill.
type Line struct {
	Price
	Units      float64
	List, Paid float64 // dollars by the list, and after what is free
}

// Bill is what a usage costs, in the order of the list, without traces. An item that has
// no price is an error.
func (prices Prices) Bill(u Usage) ([]Line, error) {
	var lines []Line
	for _, p := range prices {
		if n := u[p.Item]; n != 0 && p.Item != Traces {
			lines = append(lines, p.line(n))
		}
	}
	return lines, prices.complete(u)
}

// line is an item's.
func (p Price) line(n float64) Line {
	return Line{Price: p, Units: n, List: n * p.Of, Paid: max(n-p.Free, 0) * p.Of}
}

// complete reports what is used and has no price.
func (prices Prices) complete(u Usage) error {
	known := map[Item]bool{}
	for _, p := range prices {
		known[p.Item] = true
	}
	for item, n := range u {
		if n != 0 && !known[item] {
			return fmt.Errorf("prices: nothing says what %s costs", item)
		}
	}
	return nil
}

// Total adds up a bill.
func Total(lines []Line) (list, paid float64) {
	for _, l := range lines {
		list, paid = list+l.List, paid+l.Paid
	}
	return list, paid
}

// Tracing is what the traces of a usage cost.
func (prices Prices) Tracing(u Usage) Line {
	for _, p := range prices {
		if p.Item == Traces {
			return p.line(u[Traces])
		}
	}
	return Line{}
}
