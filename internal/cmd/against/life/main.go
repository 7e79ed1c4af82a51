// Command life measures what people wait for: one build's side of `make bench-against`, which
// builds it at two commits and runs both by turns. It is written against what both have, and what
// they have not in common lies in shim.go.
//
// Table, queue and SNS take as long as in the cloud: a read 4 ms, a ticket and a put 5, a
// transaction 12, a message 6, a push or event 10. It prints a line of JSON for each step: how
// long each took in nanoseconds, the processor time of all, the write units of all, and the bytes
// that all allocated. Lives, the desk of a thousand and what comes at once are such steps, too.
//
// With -table it measures nothing: it makes the business alone, in that table of the DynamoDB at -endpoint,
// and prints the account, for a function of the same build to read.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/meter"
)

// How long the cloud takes.
const (
	read        = 4 * time.Millisecond
	put         = 5 * time.Millisecond
	transaction = 12 * time.Millisecond
	message     = 6 * time.Millisecond
	publish     = 10 * time.Millisecond
)

// Step is what was measured of one.
type Step struct {
	Name  string          `json:"name"`
	Took  []time.Duration `json:"took"`
	CPU   time.Duration   `json:"cpu"`
	Units int             `json:"units"`
	Bytes uint64          `json:"bytes"`
}

func main() {
	agents := flag.Int("agents", 10, "how many are online")
	rounds := flag.Int("rounds", 20, "how many escalations are measured")
	name := flag.String("table", "", "make the business in this table, and measure nothing")
	endpoint := flag.String("endpoint", "", "where the DynamoDB of the table is")
	flag.Parse()
	if *name != "" {
		b := on(cloud.NewTable(dynamodb.New(dynamodb.Options{
			Region: "eu-central-1", BaseEndpoint: endpoint, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		}), *name, nil))
		b.team(*agents)
		fmt.Println(b.owner.AccountID)
		return
	}
	dir, err := os.MkdirTemp("", "against")
	check(err)
	measured := append(lives(dir, *agents, *rounds), laptop(dir, *agents, 2**rounds), thousand(dir, 5**rounds), atOnce(dir, 16, *rounds/2))
	check(os.RemoveAll(dir))
	out := json.NewEncoder(os.Stdout)
	for _, s := range measured {
		check(out.Encode(s))
	}
}

// lives measures each step of whole lives.
func lives(dir string, agents, rounds int) (all []*Step) {
	b := open(filepath.Join(dir, "lives.db"), local.TableOptions{NoSync: true})
	b.team(agents)
	b.slow = true
	for n := range 3 + rounds {
		b.measures = n >= 3 // the first are not
		b.life(n)
	}
	check(b.bolt.Close())
	for _, name := range names {
		all = append(all, b.steps[name])
	}
	return all
}

// names are the steps of a life, in the order of the table.
var names = []string{"escalate", "look", "look again", "accept", "complete", "decline"}

// bench is a business behind the whole API.
type bench struct {
	desk     *desk.Desk
	handler  http.Handler
	meter    *meter.Table
	bolt     *local.Bolt
	slow     bool // as the cloud
	measures bool
	owner    desk.Caller
	steps    map[string]*Step
}

// open has the business in a file.
func open(path string, o local.TableOptions) *bench {
	bolt, err := local.OpenTable(path, o)
	check(err)
	b := on(bolt)
	b.bolt = bolt
	return b
}

// on has the business in a table, and nobody in it yet.
func on(t table.Table) *bench {
	b := &bench{steps: map[string]*Step{}}
	for _, name := range names {
		b.steps[name] = &Step{Name: name}
	}
	b.meter = meter.New(t)
	slow := fault.New(b.meter, fault.Options{Latency: func(c fault.Call) time.Duration {
		switch {
		case !b.slow:
			return 0
		case c.Kind == fault.Get || c.Kind == fault.Query:
			return read
		case c.Kind == fault.Write && len(c.Ops) > 1:
			return transaction
		}
		return put
	}})
	b.desk = desk.New(slow, b, b, users{}, b)
	b.desk.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	b.desk.Announce = func(context.Context, desk.Announcement) error { b.wait(publish); return nil }
	prepare(b.desk)
	b.handler = handler(api.New(b.desk, api.Options{Log: b.desk.Log}))
	return b
}

// wait takes as long as a service does.
func (b *bench) wait(d time.Duration) {
	if b.slow {
		time.Sleep(d)
	}
}

// Send implements desk.Timers. Nothing comes: no step waits for a timer.
func (b *bench) Send(context.Context, time.Time, desk.Message) error { b.wait(message); return nil }

// Start implements desk.Shifts.
func (b *bench) Start(context.Context, desk.ShiftExecution) error { return nil }

// Register implements desk.Phones.
func (b *bench) Register(_ context.Context, _ string, d desk.Device) (desk.Device, error) {
	d.Address = "phone/" + d.Token
	return d, nil
}

// Forget implements desk.Phones.
func (b *bench) Forget(context.Context, desk.Device) error { return nil }

// Push implements desk.Phones.
func (b *bench) Push(context.Context, desk.Device, desk.Notice) error { b.wait(publish); return nil }

// team makes the account and its agents, and has them online.
func (b *bench) team(agents int) {
	ctx := context.Background()
	made, err := b.desk.Provision(ctx, desk.NewAccount{Name: "Shop", TimeZone: "Asia/Kolkata", Owner: desk.NewMember{
		FirstName: "Olga", LastName: "Test", Email: "olga@example.com", Password: "Lantern-Otters-58",
	}})
	check(err)
	b.owner = desk.Caller{MemberID: made.MemberID, AccountID: made.AccountID, Role: desk.RoleOwner}
	settle(b.desk, b.owner)
	for n := range agents {
		m, err := b.desk.CreateMember(ctx, b.owner, desk.NewMember{
			FirstName: "Agent", LastName: "Test", Email: fmt.Sprintf("agent%d@example.com", n), Role: desk.RoleStaff, Password: "Lantern-Otters-58",
		})
		check(err)
		b.call(m.ID, "PUT", "/v1/me/devices/phone", fmt.Sprintf(`{"platform": "fcm", "token": "token:%d"}`, n))
		b.call(m.ID, "PUT", "/v1/me/presence", `{"status": "online"}`)
	}
}

// life is an escalation that the first agent declines and the second takes and completes.
func (b *bench) life(n int) {
	var made struct {
		ID    string `json:"escalationId"`
		Agent struct{ ID string }
	}
	b.step("escalate", &made, machine, "POST", "/v1/escalations", b.enquiry(n))
	path := "/v1/escalations/" + made.ID
	b.step("decline", nil, made.Agent.ID, "POST", path+"/decline", `{"offer": 1}`)
	var now struct{ Agent struct{ ID string } }
	body, _ := b.call(machine, "POST", "/v1/escalations", fmt.Sprintf(`{"action": "status", "accountId": %q, "escalationId": %q}`, b.owner.AccountID, made.ID))
	check(json.Unmarshal(body, &now))
	b.step("look", nil, now.Agent.ID, "GET", "/v1/me/escalations", "")
	b.step("look again", nil, now.Agent.ID, "GET", "/v1/me/escalations", "")
	b.step("accept", nil, now.Agent.ID, "POST", path+"/accept", `{"offer": 2, "deviceId": "phone"}`)
	b.step("complete", nil, now.Agent.ID, "POST", path+"/complete", `{"outcome": "resolved"}`)
}

// enquiry is the nth request for a person.
func (b *bench) enquiry(n int) string {
	return fmt.Sprintf(`{"action": "escalate", "accountId": %q, "requestId": "r%d", "interactionId": "i%d",
		"channel": "chat", "reason": "customer_request", "customer": {"name": "Meera"}, "conversation": {"summary": "Wants to return a pair of shoes", "intent": "return", "trigger": "Can I talk to a person?",
		"messages": [{"at": "2026-11-22T09:29:00Z", "from": "customer", "text": "Can I talk to a person?"}]}}`, b.owner.AccountID, n, n)
}

// step measures a call.
func (b *bench) step(name string, into any, as, method, path, body string) {
	units, cpu := b.meter.Counts().WriteUnits, processor()
	answer, took := b.call(as, method, path, body)
	if into != nil {
		check(json.Unmarshal(answer, into))
	}
	if !b.measures {
		return
	}
	s := b.steps[name]
	s.Took = append(s.Took, took)
	s.CPU += processor() - cpu
	s.Units += b.meter.Counts().WriteUnits - units
}

// call asks the API, and gives the answer and how long it took.
func (b *bench) call(as, method, path, body string) (answer []byte, took time.Duration) {
	r, err := http.NewRequestWithContext(api.WithClaims(context.Background(), claims(as)), method, path, strings.NewReader(body))
	check(err)
	w, began := httptest.NewRecorder(), time.Now()
	b.handler.ServeHTTP(w, r)
	took = time.Since(began)
	if w.Code >= 300 {
		check(fmt.Errorf("%s %s: %d %s", method, path, w.Code, w.Body))
	}
	return w.Body.Bytes(), took
}

// processor is the processor time of this process.
func processor() time.Duration {
	var r syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// allocated is how many bytes this process has ever taken from the heap.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "life:", err)
		os.Exit(1)
	}
}
