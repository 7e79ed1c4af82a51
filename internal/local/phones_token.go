package local

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// Tokens that begin with one of these have pushes fail as they do in the cloud, so that
// whoever builds the app sees it without a push service. docs/mobile.md tells of them.
const (
	// refusedToken is refused for good by every push, like a token that is malformed or of
	// another app.
	refusedToken = "refused-"
	// goneToken is that of an app that was removed. The push service learns it from the
	// phone's platform only after it has taken a push, which nobody sees; SNS disables the
	// endpoint then, until it is registered again, and tells of the failure
	// (https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html).
	goneToken = "gone-"
	// slowToken has the first try of each push take longer than anybody waits.
	slowToken = "slow-"
)

// slowly is how long the first try to a slow token takes; the desk gives up before.
const slowly = 10 * time.Second

// lately is how long after a push was taken its failure is told. That of a real push service
// takes as long as its answer does.
const lately = 200 * time.Millisecond

// errUnseen says that a push was taken and will be shown nowhere.
var errUnseen = errors.New("taken for a phone that is gone")

// apnsToken is what SNS takes from iPhones: "iOS device tokens must be no more than 400
// hexadecimal characters", as its refusal says
// (https://github.com/react-native-device-info/react-native-device-info/issues/1123).
var apnsToken = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Fa-f]{1,400}$`) })

// checkToken refuses what SNS would refuse when the token is registered. field is where it
// came from.
func checkToken(platform desk.Platform, field, token string) error {
	for _, meaning := range []string{refusedToken, goneToken, slowToken} {
		if strings.HasPrefix(token, meaning) {
			return nil
		}
	}
	if (platform == desk.APNs || platform == desk.APNsSandbox) && !apnsToken().MatchString(token) {
		return desk.NotAToken(field)
	}
	return nil
}

// reach finds the endpoint for a push, and fails as its token means.
func (p *Phones) reach(ctx context.Context, address string, n desk.Notice) (endpoint, error) {
	e, err := p.endpoint(address)
	switch {
	case err != nil:
	case e.Disabled || strings.HasPrefix(e.Token, refusedToken):
		err = desk.ErrUnreachable
	case strings.HasPrefix(e.Token, slowToken):
		err = p.slow(ctx, address, n)
	case strings.HasPrefix(e.Token, goneToken):
		if err = p.disable(address, e); err == nil {
			p.failLater(address)
			err = errUnseen
		}
	}
	return e, err
}

// slow fails the first try of each push, after a long time.
func (p *Phones) slow(ctx context.Context, address string, n desk.Notice) error {
	push := fmt.Sprint(address, " ", n.Kind, " ", n.EscalationID, n.CallbackID, " ", n.Offer)
	p.mu.Lock()
	tried := p.tried[push]
	if tried {
		delete(p.tried, push)
	} else {
		p.tried[push] = true
	}
	p.mu.Unlock()
	if tried {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, p.slowness)
	defer cancel()
	<-limited.Done()
	return fmt.Errorf("the push service is slow: %w", limited.Err())
}

// disable has all further pushes refused until the token is registered again.
func (p *Phones) disable(address string, e endpoint) error {
	e.Disabled = true
	return p.keep(address, e)
}

// Start tells failed of pushes that fail after they were taken, from now on until Close. It is
// called once. Whatever failed answers, nobody is told again: the next push is refused.
func (p *Phones) Start(failed func(context.Context, desk.PushFailure) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = failed
	p.ctx, p.stop = context.WithCancel(context.Background())
}

// Close ends what Start began, and waits for it. The file stays open.
func (p *Phones) Close() {
	p.mu.Lock()
	stop := p.stop
	p.failed = nil
	p.mu.Unlock()
	if stop != nil {
		stop()
		p.telling.Wait()
	}
}

// failLater tells of a push to the address that failed, in a moment.
func (p *Phones) failLater(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	failed, ctx := p.failed, p.ctx
	if failed == nil {
		return
	}
	p.telling.Go(func() {
		select {
		case <-time.After(p.lateness):
		case <-ctx.Done():
			return
		}
		_ = failed(ctx, desk.PushFailure{
			Address: address, At: p.now(), Gone: true,
			Reason: "InvalidPlatformToken: Platform token associated with the endpoint is not valid",
		})
	})
}
