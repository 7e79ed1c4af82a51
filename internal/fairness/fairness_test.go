package fairness

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/chart"
	"github.com/connectnow/backend/internal/roster"
)

var update = flag.Bool("update", false, "draw docs/pictures/fairness.svg anew")

// ours are the product's rules, each with the order that it promises to keep.
var ours = rules[:2]

// TestNobodyIsPassedOver: by the product's rotation nobody is, in any cell, not even when an offer
// of another department or channel counts for nothing; and where nobody declines or misses, two
// who can take work all the while differ by one offer at most.
func TestNobodyIsPassedOver(t *testing.T) {
	for _, c := range cells {
		for order, rule := range ours {
			t.Run(c.name+"/"+rule.name, func(t *testing.T) {
				r := c.week(rule, 1)
				r.holds(t, c, order)
				if r.offers < r.enquiries/2 || r.jain < 0.5 || r.jain > 1 {
					t.Errorf("a week of another kind than was meant: %+v", r)
				}
			})
		}
	}
}

// holds judges a week by the promise. With one chat at a time nobody able to take the second of
// two has had one in between, so that only who is passed over is judged.
func (r result) holds(t *testing.T, c cell, order int) {
	t.Helper()
	v := r.orders[order]
	if v.passed > 0 || v.strictly > 0 || v.judged == 0 && !c.one {
		t.Errorf("%s: %d passed over, %d by the order itself, of %d", c.name, v.passed, v.strictly, v.judged)
	}
	if !c.refuse && v.widest > 1 {
		t.Errorf("%s: offers differ by %d", c.name, v.widest)
	}
}

// TestTheMeasureFails: passing over is what counters do as soon as somebody comes or goes, is full
// or declines, so the zeros of the product are none of the measure.
func TestTheMeasureFails(t *testing.T) {
	for _, naive := range rules[2:4] {
		for _, c := range cells {
			t.Run(naive.name+"/"+c.name, func(t *testing.T) {
				if v := c.week(naive, 1).orders[byDepartment]; v.passed == 0 || v.widest < 2 && !c.one {
					t.Errorf("%d passed over of %d, and offers differ by %d", v.passed, v.judged, v.widest)
				}
			})
		}
	}
}

// TestJudge: three chats one after the other. Whoever always chooses the first passes over all
// others with the second and with the third, but whom they are not for: one who was offline in
// between.
func TestJudge(t *testing.T) {
	always := rule{name: "the first", choose: func(_ *shop, _ queue, _ roster.Turn, free []*agent) *agent { return free[0] }}
	for _, test := range []struct {
		name           string
		rule           rule
		leaves         bool // the last, between the first two
		judged, passed int
	}{
		{"always the first", always, false, 18, 18},
		{"and one was offline", always, true, 17, 17},
		{"the product's", ours[0], false, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := cells[1].opened(test.rule, 1)
			s.now = s.clock(0, opens+time.Hour)
			for _, a := range s.agents {
				s.look(a)
			}
			for n := range 3 {
				s.offer(&enquiry{id: fmt.Sprint("esc_", n), Want: roster.Want{Channel: roster.Chat, Department: kids}})
				if last := s.agents[team-1]; test.leaves && n == 0 {
					s.goes(last)
					s.comes(last)
				}
			}
			for _, v := range s.judge.orders {
				if v.judged != test.judged || v.passed != test.passed || v.strictly != test.passed {
					t.Errorf("judged %d, passed over %d, by the order itself %d; want %d of %d", v.judged, v.passed, v.strictly, test.passed, test.judged)
				}
			}
		})
	}
}

// seeds are the weeks of tables and picture.
const seeds = 4

// sum adds up the weeks of all seeds; Jain's index and the shares are means.
func (c cell) sum(r rule) (sum result) {
	for seed := range uint64(seeds) {
		w := c.week(r, seed)
		sum.enquiries, sum.callbacks, sum.offers = sum.enquiries+w.enquiries, sum.callbacks+w.callbacks, sum.offers+w.offers
		for i, v := range w.orders {
			o := &sum.orders[i]
			*o = verdict{o.judged + v.judged, o.passed + v.passed, o.strictly + v.strictly, max(o.widest, v.widest)}
		}
		sum.jain, sum.least, sum.most = sum.jain+w.jain/seeds, sum.least+w.least/seeds, sum.most+w.most/seeds
	}
	return sum
}

// passedOver is how many were, for each thousand offers.
func (r result) passedOver(order int) float64 {
	return 1000 * float64(r.orders[order].passed) / float64(r.offers)
}

// whole are the sums of the last cell, which has everything, by rule.
func whole() (sums []result) {
	for _, r := range rules {
		sums = append(sums, cells[len(cells)-1].sum(r))
	}
	return sums
}

// table has a row for each rule.
func table(sums []result) string {
	var b strings.Builder
	b.WriteString("| all of it | passed over, by departments | by the team's order | offers of equals differ by | Jain's index | time at work with some | called back |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	for i, r := range rules {
		s := sums[i]
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %d, %d | %.3f | %.0f to %.0f %% | %.1f %% |\n", r.name, s.passedOver(byDepartment), s.passedOver(byTeam),
			s.orders[byDepartment].widest, s.orders[byTeam].widest, s.jain, 100*s.least, 100*s.most, 100*float64(s.callbacks)/float64(s.enquiries))
	}
	return b.String()
}

// picture draws the same.
func picture(sums []result) []byte {
	over := chart.Dots{Title: "Passed over", X: "times for each 1,000 offers", Ticks: []float64{0, 200, 400, 600, 800}, Bold: len(ours)}
	even := chart.Dots{Title: "Evenness", X: "Jain’s index, 1 is even", Ticks: []float64{0.8, 0.85, 0.9, 0.95, 1}, NoNames: true, NoLegend: true}
	over.Series, even.Series = []chart.Series{{Name: "by departments"}, {Name: "by the team’s order"}}, []chart.Series{{}}
	var worst []string
	for i, r := range rules {
		over.Rows, even.Rows = append(over.Rows, r.name), append(even.Rows, r.name)
		for order := range over.Series {
			over.Series[order].Values = append(over.Series[order].Values, sums[i].passedOver(order))
		}
		even.Series[0].Values = append(even.Series[0].Values, sums[i].jain)
		worst = append(worst, fmt.Sprintf("%s %.0f", r.name, sums[i].passedOver(byDepartment)))
	}
	return chart.Picture{
		Title: "Who is passed over, by whose rule",
		Description: "Two plots of dots with a row for each rule. Passed over for each 1,000 offers, by departments: " + strings.Join(worst, "; ") +
			". The numbers of both plots are in the table beside.",
		Height: 360, Panels: []chart.Panel{over, even},
	}.SVG()
}

const pictureFile = "../../docs/pictures/fairness.svg"

// TestPicture: the table and the picture in docs/numbers.md are of this code.
func TestPicture(t *testing.T) {
	sums := whole()
	want := picture(sums)
	if *update {
		if err := os.WriteFile(pictureFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(pictureFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another than is drawn now: go test ./internal/fairness -run TestPicture -update", pictureFile)
	}
	numbers, err := os.ReadFile("../../docs/numbers.md")
	if err != nil {
		t.Fatal(err)
	}
	if now := table(sums); !strings.Contains(string(numbers), now) {
		t.Errorf("docs/numbers.md has another table than\n%s", now)
	}
}

// both are those of the two orders, where they differ.
func (r result) both() string {
	a, b := short(r.passedOver(byDepartment)), short(r.passedOver(byTeam))
	if a == b {
		return a
	}
	return a + ", " + b
}

func short(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// TestBenchFairness prints who is passed over in each cell, and the table of the last.
func TestBenchFairness(t *testing.T) {
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	fmt.Printf("\n### Fairness: %d weeks of %d agents in each cell\n\n| passed over, for 1,000 offers |", seeds, team)
	for _, c := range cells {
		fmt.Printf(" %s |", c.name)
	}
	fmt.Println("\n" + strings.Repeat("| --- ", len(cells)+1) + "|")
	for i, r := range rules {
		fmt.Printf("| %s |", r.name)
		for _, c := range cells {
			s := c.sum(r)
			fmt.Printf(" %s |", s.both())
			if i < len(ours) {
				s.holds(t, c, i)
			}
		}
		fmt.Println()
	}
	fmt.Printf("\n%s\n", table(whole()))
}
