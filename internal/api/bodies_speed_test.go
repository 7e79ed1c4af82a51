package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/api/apitest"
)

// What a body may cost in processor time: of 4 MiB at the door, of anything elsewhere.
const (
	mostAtDoor    = 400 * time.Millisecond
	mostElsewhere = 50 * time.Millisecond
)

// put puts a value into a body at a place, such as {"x":%s}. Where it ends with ... the fields of
// an object stand for its own.
func put(place, value string) string {
	if begin, is := strings.CutSuffix(place, "..."); is {
		return begin + value[1:]
	}
	return fmt.Sprintf(place, value)
}

// doorPlaces are where the door reads what was sent, each in another way.
func doorPlaces(acc, escalation string) []string {
	ask := `{"action":"escalate","accountId":"` + acc + `",`
	all := []string{ask + "..."}
	for _, at := range []string{
		`"x":%s`, `"requestId":%s`, `"channel":%s`, `"reason":%s`, `"departmentId":%s`, `"connect":{"url":%s}`,
		`"customer":%s`, `"customer":{"phone":%s}`, `"customer":{"email":%s}`, `"customer":{"name":%s}`,
		`"conversation":%s`, `"conversation":{"summary":%s}`, `"conversation":{"attributes":%s}`, `"conversation":{"messages":%s}`, `"conversation":{"messages":[%s]}`,
	} {
		all = append(all, ask+at+"}")
	}
	for _, at := range []string{
		`"append","escalationId":"` + escalation + `","messages":%s`, `"append","escalationId":"` + escalation + `","messages":[%s]`, `"append","escalationId":"` + escalation + `","x":%s`,
		`"decide","signals":%s`, `"decide","signals":{"message":%s}`, `"decide","signals":{"messages":%s}`, `"decide","signals":{"attributes":%s}`, `"decide","signals":{"intent":%s}`,
		`"contact","interactionId":"i","customer":%s`, `"status","escalationId":%s`, `"end","callback":%s,"interactionId":"i"`, `"instructions","x":%s`,
	} {
		all = append(all, `{"accountId":"`+acc+`","action":`+at+`}`)
	}
	return all
}

// shapes are those of a size, in an order that stays.
func shapes(size int) (names []string, all map[string]string) {
	all = apitest.Shapes(size)
	return slices.Sorted(maps.Keys(all)), all
}

// spread reports whether a value can stand at a place.
func spread(place, value string) bool { return !strings.HasSuffix(place, "...") || value[0] == '{' }

// packed is a body under gzip.
func packed(t *testing.T, body string) string {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	must(t, err)
	_, err = z.Write([]byte(body))
	must(t, err)
	must(t, z.Close())
	return b.String()
}

// TestBenchBodies prints what 4 MiB of each shape cost at the door, in whatever place costs most.
func TestBenchBodies(t *testing.T) {
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	w := newWorld(t)
	escalation := w.do(200, machine, "POST", "/v1/escalations", w.escalation("1", "chat")).text("escalationId")
	fmt.Printf("\n### Processor time of 4 MiB at `POST /v1/escalations`, by gzip and by direct invocation\n\n| shape | ms | where |\n| --- | --- | --- |\n")
	names, all := shapes(4<<20 - 200)
	for _, name := range names {
		worst, where := time.Duration(0), ""
		for _, place := range doorPlaces(w.acc, escalation) {
			if !spread(place, all[name]) {
				continue
			}
			body := put(place, all[name])
			zipped := packed(t, body)
			for door, ask := range map[string]func(){
				"":         func() { w.send(machine, "POST", "/v1/escalations", body) },
				", gzip":   func() { w.send(machine, "POST", "/v1/escalations", zipped, "Content-Encoding", "gzip") },
				", direct": func() { _, _ = w.server.Direct(t.Context(), "escalate", []byte(body)) },
			} {
				if door != "" && strings.Contains(place, `"accountId":"`+w.acc+`","action"`) {
					continue
				}
				took := apitest.ProcessorTime(t, 1, ask)
				if took > mostAtDoor/2 {
					took = min(took, apitest.ProcessorTime(t, 2, ask))
				}
				if took > worst {
					worst, where = took, strings.ReplaceAll(strings.ReplaceAll(place, `"accountId":"`+w.acc+`",`, ""), escalation, "…")+door
				}
			}
		}
		fmt.Printf("| %s | %d | `%s` |\n", name, worst.Milliseconds(), where)
		if worst > mostAtDoor {
			t.Errorf("%s: %v at %s", name, worst, where)
		}
	}
}

// TestBenchMembersBodies prints what 1 MiB of each shape, and the longest body that is read, cost
// at all other routes.
func TestBenchMembersBodies(t *testing.T) {
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	s := newStage(t)
	w := s.open(t)
	fmt.Printf("\n### Processor time of the longest bodies at the routes of members and of the public\n\n| route | ms | shape |\n| --- | --- | --- |\n")
	for _, r := range matrix {
		method, pattern, _ := strings.Cut(r.route, " ")
		if method == http.MethodGet || r.route == "POST /v1/escalations" {
			continue
		}
		path := fill(strings.NewReplacer("{id}", r.id, "{deviceId}", r.id).Replace(pattern), s.mine)
		worst, where := time.Duration(0), ""
		for _, size := range []int{1 << 20, bodyLimit(r.route)} {
			names, all := shapes(size - 60)
			if size > bodyLimit(r.route) { // refused by its length, whatever it is
				names = []string{"names"}
			}
			for _, name := range names {
				for _, place := range memberPlaces(r.route) {
					if !spread(place, all[name]) {
						continue
					}
					body := put(place, all[name])
					lengths := []int64{int64(len(body))}
					if len(body) > bodyLimit(r.route) {
						lengths = append(lengths, -1)
					}
					for _, length := range lengths {
						took := apitest.ProcessorTime(t, 2, func() {
							request := w.request(s.mine["owner"], method, path, body)
							request.ContentLength = length
							w.handler.ServeHTTP(httptest.NewRecorder(), request)
						})
						if took > worst {
							worst, where = took, fmt.Sprintf("%s, %d bytes, `%s`", name, len(body), place)
						}
					}
				}
			}
		}
		fmt.Printf("| %s | %.1f | %s |\n", r.route, worst.Seconds()*1000, where)
		if worst > mostElsewhere {
			t.Errorf("%s: %v of %s", r.route, worst, where)
		}
	}
}

// What costs most is bound to what it takes to see that a body is JSON at all: one that takes
// hundreds of times as long is read in a way that grows faster than it does. make bench has the
// whole.
func TestBodiesCostLittle(t *testing.T) {
	unraced(t)
	w := newWorld(t)
	ask := `{"action":"escalate","accountId":"` + w.acc + `",`
	check := func(name, place, value string, most int, do func(body string)) {
		body := put(place, value)
		cost, least := time.Hour, time.Hour
		for range 3 { // in turns: a machine that is slow for a while is so for both
			least = min(least, apitest.ProcessorTime(t, 1, func() { json.Valid([]byte(body)) }))
			if cost = min(cost, apitest.ProcessorTime(t, 1, func() { do(body) })); cost < time.Duration(most)*least/2 {
				break
			}
		}
		t.Logf("%s, %d bytes at %s: %v, %.1f times as long as to see that it is JSON", name, len(body), place, cost, float64(cost)/float64(least))
		if cost > time.Duration(most)*least {
			t.Errorf("%s at %s: %v, more than %d times %v", name, place, cost, most, least)
		}
	}
	_, all := shapes(4<<20 - 200)
	for name, place := range map[string]string{
		"names": ask + "...", "numbers": ask + `"x":%s}`, "pairs": ask + `"conversation":{"attributes":%s}}`, "one name": ask + `"conversation":{"messages":[%s]}}`,
		"least messages": ask + `"conversation":{"messages":%s}}`, "a text of accents": ask + `"customer":%s}`,
	} {
		check(name, place, all[name], 30, func(body string) { w.do(200, machine, "POST", "/v1/escalations", body) })
	}
	_, all = shapes(512<<10 - 200)
	for name, place := range map[string]string{
		"names": `{...`, "small objects": `{"conditions":%s}`, "words": `{"conditions":[{"name":"a","when":{"phrases":%s}}]}`, "one name": `{"words":%s}`,
	} {
		check(name, place, all[name], 30, func(body string) { w.send(w.owner, "PUT", "/v1/assistant", body) })
	}
}

// memberPlaces are where a body is looked into.
func memberPlaces(route string) []string {
	switch route {
	case "PUT /v1/assistant":
		return []string{
			`{"x":%s}`, `{...`, `{"duties":%s}`, `{"conditions":%s}`, `{"words":{"en":%s}}`, `{"words":%s}`, `{"languages":%s}`,
			`{"conditions":[{"name":"a","when":{"phrases":%s}}]}`, `{"conditions":[{"name":"a","when":{"attributes":%s}}]}`,
		}
	case "PUT /v1/me/working-hours", "PUT /v1/members/{id}/working-hours":
		return []string{`{...`, `{"timeZone":"UTC","entries":%s}`, `{"timeZone":"UTC","entries":[],"exceptions":%s}`, `{"timeZone":"UTC","entries":[{"days":%s}]}`}
	case "POST /v1/drills":
		return []string{`{...`, `{"channel":"chat","conversation":{"messages":%s}}`}
	case "PATCH /v1/account":
		return []string{`{...`, `{"holidays":%s}`}
	}
	return []string{`{"x":%s}`, `{...`}
}
