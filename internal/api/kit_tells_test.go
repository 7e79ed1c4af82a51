package api_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
)

// onlooker is a world as a stranger sees it who has a stop watch: what is asked of the table,
// the identity, the queue and the mail takes its time, of which all of an answer's is virtual.
type onlooker struct {
	*world

	mu    sync.Mutex
	calls []string
}

// onlook lets each kind of call take a time of its own, so that a sum tells which were made,
// and whether together or one after another. The test runs in a bubble of synctest.
func (w *world) onlook() *onlooker {
	o := &onlooker{world: w}
	w.desk.Table = fault.New(w.bolt, fault.Options{
		Before: func(c fault.Call) error { o.made(c.Kind.String() + sorts(c)); return nil },
		Latency: func(c fault.Call) time.Duration {
			return []time.Duration{fault.Get: 3010, fault.Query: 5020, fault.Write: 7030, fault.Increment: 11040}[c.Kind] * time.Microsecond
		},
	})
	w.desk.Identity = slowIdentity{w.identity, o}
	w.desk.Timers = slowTimers{w.timers, o}
	w.desk.Mail = slowMail{w.twins.Mails, o}
	w.desk.Secrets = slowSecret{w.identity, o}
	return o
}

// made notes a call.
func (o *onlooker) made(call string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, call)
}

// takes notes a call that takes a while.
func (o *onlooker) takes(call string, microseconds time.Duration) {
	o.made(call)
	time.Sleep(microseconds * time.Microsecond)
}

// sorts are the kinds of the items of a call, without whose they are.
func sorts(c fault.Call) (all string) {
	if c.Kind != fault.Write {
		return " " + c.Key.Sort + c.Range.Prefix
	}
	for _, op := range c.Ops {
		all += " " + op.Item.Key.Sort
	}
	return all
}

// mark is what tells each request, change or network from every other, and no more than that.
var mark = regexp.MustCompile(`"requestId":"\w{26}"|password-mark/\w+|[0-9.]+/24|\b\d{19}/\w{12}\b`)

// seen is what a stranger gets of one request, and what was asked for it meanwhile.
type seen struct {
	Status  int
	Headers map[string][]string
	Body    string
	Took    time.Duration
	Calls   []string // in the order of the alphabet: some are made together
}

// sees makes a request from a network.
func (o *onlooker) sees(network, path, body string) seen {
	r := o.request(nobody, "POST", path, body)
	r.RemoteAddr = network
	return o.watch(r)
}

// seesAs makes a request as a member.
func (o *onlooker) seesAs(member, method, path, body string) seen {
	return o.watch(o.request(member, method, path, body))
}

func (o *onlooker) watch(r *http.Request) seen {
	o.calls = nil
	recorder, began := httptest.NewRecorder(), time.Now()
	o.handler.ServeHTTP(recorder, r)
	s := seen{Status: recorder.Code, Headers: maps.Clone(recorder.Header()), Body: mark.ReplaceAllString(recorder.Body.String(), ""), Took: time.Since(began)}
	for _, call := range o.calls {
		s.Calls = append(s.Calls, mark.ReplaceAllString(call, ""))
	}
	slices.Sort(s.Calls)
	return s
}

type slowIdentity struct {
	desk.Identity
	o *onlooker
}

func (s slowIdentity) Login(ctx context.Context, member, password string) (desk.Tokens, error) {
	s.o.takes("Login", 13050)
	return s.Identity.Login(ctx, member, password)
}

func (s slowIdentity) Refresh(ctx context.Context, token string) (desk.Tokens, error) {
	s.o.takes("Refresh", 17060)
	return s.Identity.Refresh(ctx, token)
}

func (s slowIdentity) Revoke(ctx context.Context, token string) error {
	s.o.takes("Revoke", 19070)
	return s.Identity.Revoke(ctx, token)
}

func (s slowIdentity) SetPassword(ctx context.Context, member, password string) error {
	s.o.takes("SetPassword", 23080)
	return s.Identity.SetPassword(ctx, member, password)
}

type slowTimers struct {
	desk.Timers
	o *onlooker
}

func (s slowTimers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	s.o.takes("Send "+string(m.Kind), 29090)
	return s.Timers.Send(ctx, at, m)
}

type slowMail struct {
	desk.Mail
	o *onlooker
}

func (s slowMail) Send(ctx context.Context, l desk.Letter) error {
	s.o.takes("Mail", 31100)
	return s.Mail.Send(ctx, l)
}

type slowSecret struct {
	desk.Secrets
	o *onlooker
}

func (s slowSecret) Secret(ctx context.Context) ([]byte, error) {
	s.o.takes("Secret", 37110)
	return s.Secrets.Secret(ctx)
}
