package costs

import (
	"fmt"
	"strings"
)

// What the files of the pages weigh at the most, as they are: whoever asks for them without
// Accept-Encoding gets them so. A test of infra weighs them.
const (
	largestAsset = 250_000
	largestPage  = 4_000
)

// PageBytes is how many bytes a route of the pages answers with, at the most; it is not known of
// others.
func PageBytes(route string) (bytes float64, known bool) {
	switch {
	case strings.HasPrefix(route, "GET /assets/"):
		return largestAsset, true
	case route == "$default" || route == "GET /sw.js" || route == "GET /manifest.webmanifest":
		return largestPage, true
	}
	return 0, false
}

// Stranger is what one request of somebody without a token asks for.
type Stranger struct {
	Usage
	Waits bool // for AWS: the table or Cognito is asked
}

// Stranger adds to such a request what follows from it, as Whole does. What was refused without a
// look takes less time.
func (d Deployment) Stranger(one Stranger) Usage {
	u := d.Whole(one.Usage)
	if !one.Waits {
		u[GBSeconds] *= secondsAlone / secondsAnInvocation
	}
	return u
}

// Flooded is a public route that strangers ask for all month, as fast as its throttle lets them.
type Flooded struct {
	PublicRoute
	Requests float64 // in the month
	Million  float64 // dollars, by the list
	Month    float64
	Thrifty  float64 // requests a second where the stage is thrifty
	Least    float64 // and what the month costs then
}

// WorstMonth is what strangers can make a stage cost: all public routes are flooded at once, for a
// whole month, each by the request that costs most. The sums, as the template is and where the
// stage is thrifty, have an idle stage's bill in them.
func (r Report) WorstMonth() (routes []Flooded, sum, thrifty float64, err error) {
	idle, err := r.Prices.Bill(r.Deployment.Idle())
	if err != nil {
		return nil, 0, 0, err
	}
	sum, _ = Total(idle)
	thrifty = sum
	for _, p := range r.Deployment.Public {
		one, measured := r.Strangers[p.Route]
		if !measured {
			return nil, 0, 0, fmt.Errorf("costs: nobody has measured what a stranger's %s asks for", p.Route)
		}
		bill, err := r.Prices.Bill(r.Deployment.Stranger(one))
		if err != nil {
			return nil, 0, 0, err
		}
		list, _ := Total(bill)
		f := Flooded{PublicRoute: p, Requests: p.Rate * hoursAMonth * 3600, Million: list * 1e6}
		f.Month = f.Requests * list
		if f.Thrifty = p.Rate; r.Thrifty[p.Route] > 0 {
			f.Thrifty = r.Thrifty[p.Route]
		}
		f.Least = f.Thrifty * hoursAMonth * 3600 * list
		routes, sum, thrifty = append(routes, f), sum+f.Month, thrifty+f.Least
	}
	return routes, sum, thrifty, nil
}

// turnedAway is what a million requests cost that API Gateway answers itself, with 401 or 429: it
// asks nothing for them, but logs each, and sends an answer.
func (r Report) turnedAway() (dollars float64, err error) {
	u := r.Deployment.Whole(Usage{Requests: 1e6, InternetGB: 1e6 * float64(len(`{"message":"Unauthorized"}`)) / GB})
	delete(u, Requests)
	bill, err := r.Prices.Bill(u)
	list, _ := Total(bill)
	return list, err
}

// flood is the table of the worst month.
func (r Report) flood() (string, error) {
	routes, sum, thrifty, err := r.WorstMonth()
	if err != nil {
		return "", err
	}
	idle, _ := r.Prices.Bill(r.Deployment.Idle()) // as WorstMonth did
	list, _ := Total(idle)
	away, err := r.turnedAway()
	t := newRows("a month of strangers", "a second", "at once", "million requests", "bytes of an answer", "dollars a million", "dollars", "thrifty: a second", "dollars")
	for _, f := range routes {
		t.add("`"+f.Route+"`", units(f.Rate), units(f.Burst), units(f.Requests/1e6), units(r.Strangers[f.Route].Usage[InternetGB]*GB), dollars(f.Million), dollars(f.Month), units(f.Thrifty), dollars(f.Least))
	}
	t.add("an idle stage, by the list", "", "", "", "", "", dollars(list), "", dollars(list))
	t.add(bold("the worst month"), "", "", "", "", "", bold(dollars(sum)), "", bold(dollars(thrifty)))
	t.add("besides, what API Gateway turns away: 401 without a token, 429 past a throttle", "", "", "", "", dollars(away), "", "", "")
	return t.String(), err
}
