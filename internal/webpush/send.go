package webpush

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// Message is what a browser is told, and how.
type Message struct {
	// Body is read by the browser's worker, or by Safari itself. At most MaxBody bytes.
	Body []byte
	// TTL is how long the service keeps it for a browser that cannot be reached; seconds
	// are rounded up.
	TTL time.Duration
	// Urgent has it delivered to a phone that saves its battery.
	Urgent bool
	// Topic, of at most 32 characters of base64url, has a later message take the place of one
	// that waits. It may be empty.
	Topic string
}

// Refusal is the answer of a push service that did not take a message.
type Refusal struct {
	Status int
	// Reason is what the service says of it, cut short; empty where it says nothing.
	Reason string
	// RetryAfter is how long the service wants to be left alone; zero where it does not say.
	RetryAfter time.Duration
}

// Error tells status and reason.
func (r *Refusal) Error() string {
	said := "the push service answers " + strconv.Itoa(r.Status)
	if r.Reason != "" {
		said += ": " + r.Reason
	}
	return said
}

// Gone reports whether the subscription has ended for good.
func (r *Refusal) Gone() bool { return r.Status == http.StatusNotFound || r.Status == http.StatusGone }

// Later reports whether another try may succeed. What is neither Gone nor Later is a fault of
// the sender's.
func (r *Refusal) Later() bool { return r.Status == http.StatusTooManyRequests || r.Status >= 500 }

// Sender sends messages. All fields must be set.
type Sender struct {
	Keys func(context.Context) (Keys, error)
	// Subject says whom a service may write to: an https URL or a mailto address, which Apple
	// refuses where nobody could be reached there.
	Subject string
	Client  *http.Client
	Now     func() time.Time
}

// NewClient makes the client of a sender. It follows no redirects, asks no proxy, and reaches no
// address of a private network, whatever a name stands for; with loopback it reaches this
// machine.
//
// It speaks HTTP/1.1, as the libraries do that most senders use: a message that was given up
// closes its connection then, where one of HTTP/2 that died while a function was frozen would
// take the next message as well.
func NewClient(loopback bool) *http.Client {
	dialer := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if ip := to.Addr().Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() {
			if !loopback || !ip.IsLoopback() {
				return fmt.Errorf("webpush: %s is no address of a push service", ip)
			}
		}
		return nil
	}}
	var spoken http.Protocols
	spoken.SetHTTP1(true)
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, Protocols: &spoken,
			MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send hands a message to the subscription's push service. The error is a *Refusal where the
// service answered.
func (s *Sender) Send(ctx context.Context, to Subscription, m Message) error {
	body, err := encrypt(to, m.Body)
	if err != nil {
		return err
	}
	keys, err := s.Keys(ctx)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	authorization, err := keys.authorization(to.endpoint, s.Subject, s.Now())
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Address(), bytes.NewReader(body))
	if err != nil {
		return hideAddress(err)
	}
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Encoding", "aes128gcm")
	r.Header.Set("Content-Type", "application/octet-stream")
	r.Header.Set("TTL", strconv.Itoa(int((m.TTL+time.Second-1)/time.Second)))
	r.Header.Set("Urgency", map[bool]string{true: "high", false: "normal"}[m.Urgent])
	if m.Topic != "" {
		r.Header.Set("Topic", m.Topic)
	}
	// It is not sent: with it the client tries another connection where one that was kept has died,
	// as while a function was frozen. A message that comes twice is shown once, by its tag.
	r.Header["Idempotency-Key"] = nil
	answer, err := s.Client.Do(r)
	if err != nil {
		return hideAddress(err)
	}
	said, _ := io.ReadAll(io.LimitReader(answer.Body, mostSaid)) // to its end, or the connection is not used again
	_ = answer.Body.Close()
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return nil
	}
	return &Refusal{answer.StatusCode, reason(string(said), to), retryAfter(answer.Header.Get("Retry-After"), s.Now())}
}

const (
	mostSaid   = 4096 // bytes of an answer that are read
	mostReason = 200  // of which a reason has so many
)

// reason is what an answer says, in one line; nothing where the endpoint is in it, which no log
// may have.
func reason(said string, to Subscription) string {
	path := strings.FieldsFunc(to.endpoint.EscapedPath(), func(r rune) bool { return r == '/' })
	if len(path) > 0 && strings.Contains(said, path[len(path)-1]) || to.endpoint.RawQuery != "" && strings.Contains(said, to.endpoint.RawQuery) {
		return ""
	}
	said = strings.Join(strings.FieldsFunc(said, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	return strings.ToValidUTF8(said[:min(len(said), mostReason)], "")
}

// longestWait is the most that a service is taken at its word.
const longestWait = 24 * time.Hour

// retryAfter reads seconds or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(header)); err == nil {
		return time.Duration(min(max(n, 0), int(longestWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), 0), longestWait)
	}
	return 0
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// hideAddress takes the address, which is a secret, out of an error of the client.
func hideAddress(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return fmt.Errorf("webpush: %w", of.Err)
	}
	return errors.New("webpush: no request can be made")
}
