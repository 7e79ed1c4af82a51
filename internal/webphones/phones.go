// Package webphones reaches the browsers of members by Web Push, for whoever implements
// desk.Phones: no service of the cloud is between, and no push costs anything.
package webphones

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
	"github.com/connectnow/backend/internal/webpush"
)

// Phones reaches browsers, of whose platform its devices must be. Nil are those of a deployment
// that has no Web Push.
type Phones struct {
	origin string
	local  bool
	secret func(context.Context) ([]byte, error)
	sender webpush.Sender
}

// New makes phones for pages at an origin, such as https://desk.example.com, which is also whom
// push services know. secret is that of the key pair (desk.Desk.VAPIDSecret). A local one takes
// push services on this machine as well, and asks no other: no sandbox rings a real browser.
func New(origin string, local bool, secret func(context.Context) ([]byte, error), now func() time.Time) *Phones {
	p := &Phones{origin: origin, local: local, secret: secret}
	p.sender = webpush.Sender{Keys: p.keys, Subject: origin, Client: webpush.NewClient(local), Now: now}
	return p
}

func (p *Phones) keys(ctx context.Context) (webpush.Keys, error) {
	secret, err := p.secret(ctx)
	if err != nil {
		return webpush.Keys{}, err
	}
	return webpush.KeysOf(secret)
}

// Key is what a page subscribes with, for desk.Desk.WebPushKey.
func (p *Phones) Key(ctx context.Context) (string, error) {
	keys, err := p.keys(ctx)
	if err != nil {
		return "", err
	}
	return keys.Public()
}

// Register reads the subscription and gives the device its address: a hash, since the endpoint is
// a secret, and keys of the table are seen in more places than what lies under them. Problem
// platform-not-configured where there is no Web Push, and invalid for what is no subscription.
func (p *Phones) Register(d desk.Device) (desk.Device, error) {
	if p == nil {
		return d, &desk.Problem{
			Class: desk.Conflict, Name: "platform-not-configured", Title: "No pushes to this platform",
			Detail: "Pushes to browsers need a domain of one's own, which is not configured here.",
		}
	}
	to, err := webpush.Parse(d.Token, p.local)
	if err != nil {
		return d, &desk.Problem{
			Class: desk.Invalid, Name: "invalid", Title: "Some values are not valid", Detail: "This is no subscription that pushes can be sent to.",
			Fields: []desk.FieldError{{Field: "token", Detail: err.Error()}},
		}
	}
	hash := sha256.Sum256([]byte(to.Address()))
	d.Address, d.VoIPAddress = "webpush:"+base64.RawURLEncoding.EncodeToString(hash[:]), ""
	return d, nil
}

// Form is what a browser is sent of a notice.
func (p *Phones) Form(n desk.Notice, now time.Time) payload.Push {
	return payload.ForWeb(p.origin, n, now)
}

// Push sends the Form of a notice to the device. Errors are those of desk.Phones. Where there is no
// Web Push any more, nothing will ever reach it: the address of its page has gone with the domain,
// and a tap would lead nowhere.
func (p *Phones) Push(ctx context.Context, d desk.Device, n desk.Notice, now time.Time) error {
	if p == nil {
		return fmt.Errorf("push: %w: there is no Web Push any more", desk.ErrUnreachable)
	}
	form := p.Form(n, now)
	to, err := webpush.Parse(d.Token, p.local)
	if err != nil { // it was one once
		return fmt.Errorf("push: %w: a subscription that %w", desk.ErrUnreachable, err)
	}
	if p.local && !to.Loopback() {
		return nil
	}
	err = p.sender.Send(ctx, to, webpush.Message{Body: form.Body, TTL: form.Web.TTL, Urgent: form.Web.Urgent, Topic: form.Web.Topic})
	var r *webpush.Refusal
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &r):
		return fmt.Errorf("push: %w", err)
	case r.Gone():
		return fmt.Errorf("push: %w: %w", desk.ErrUnreachable, err)
	case r.Later():
		return fmt.Errorf("push: %w", &desk.RetryAfter{Wait: r.RetryAfter, Err: err})
	}
	return fmt.Errorf("push: %w: %w", desk.ErrRejected, err)
}
