package cloud_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
	"github.com/connectnow/backend/internal/roster"
)

func register(t *testing.T, p *cloud.Phones, memberID string, d desk.Device) desk.Device {
	t.Helper()
	d, err := p.Register(t.Context(), memberID, d)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPhonesRegister(t *testing.T) {
	p, s := newSNS(t)
	d := register(t, p, "mem_a", desk.Device{Platform: desk.APNs, Token: "t1"})
	if again := register(t, p, "mem_a", d); again.Address != d.Address {
		t.Errorf("registered again at %s, want %s", again.Address, d.Address)
	}
	s.endpoints[d.Address]["Enabled"] = "false"
	if again := register(t, p, "mem_b", d); again.Address != d.Address {
		t.Errorf("registered for another member at %s, want %s", again.Address, d.Address)
	}
	want := map[string]string{"Token": "t1", "Enabled": "true", "CustomUserData": "mem_b"}
	if diff := cmp.Diff(want, s.endpoints[d.Address]); diff != "" {
		t.Errorf("endpoint (-want +got):\n%s", diff)
	}
	for range 2 { // the second time it is unknown
		if err := p.Forget(t.Context(), d); err != nil {
			t.Error(err)
		}
	}
	if len(s.endpoints) != 0 {
		t.Errorf("endpoints %v, want none", s.endpoints)
	}
}

func TestPhonesRegisterRefused(t *testing.T) {
	p, _ := newSNS(t)
	delete(p.Apps, desk.APNs)
	_, err := p.Register(t.Context(), "mem_a", desk.Device{Platform: desk.APNs, Token: "t1"})
	if !desk.IsProblem(err, "platform-not-configured") {
		t.Errorf("without a platform application: %v", err)
	}
	_, err = p.Register(t.Context(), "mem_a", desk.Device{Platform: desk.FCM, Token: "a bad one"})
	if !desk.IsProblem(err, "invalid") {
		t.Errorf("a token that SNS refuses: %v", err)
	}
}

func TestPhonesUnreachable(t *testing.T) {
	p, s := newSNS(t)
	disabled := register(t, p, "mem_a", desk.Device{Platform: desk.FCM, Token: "t1"})
	s.endpoints[disabled.Address]["Enabled"] = "false"
	for _, c := range []struct {
		name   string
		device desk.Device
	}{
		{"disabled", disabled},
		{"deleted", desk.Device{Platform: desk.FCM, Address: "arn:endpoint/GCM/x/t2"}},
		{"gone", desk.Device{Platform: desk.FCM, Address: "arn:endpoint/GCM/x/gone"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := p.Push(t.Context(), c.device, desk.Notice{Kind: desk.NoticeTest})
			if !errors.Is(err, desk.ErrUnreachable) {
				t.Errorf("%v, want ErrUnreachable", err)
			}
		})
	}
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	p.SNS = snsAt(down.URL)
	if err := p.Push(t.Context(), disabled, desk.Notice{}); err == nil || errors.Is(err, desk.ErrUnreachable) {
		t.Errorf("SNS is down: %v, want an error that may pass", err)
	}
}

// TestPush wants SNS to be told what package payload makes, and nothing else.
func TestPush(t *testing.T) {
	n := desk.Notice{
		Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 2, Channel: roster.Call, Reason: desk.CustomerRequest,
		Department: "Kids", RingingUntil: nowish.Add(24500 * time.Millisecond),
	}
	for _, c := range []struct {
		device   desk.Device
		platform string
		voip     bool
		arn      string
	}{
		{desk.Device{Platform: desk.FCM, Token: "t1"}, "GCM", false, "arn:endpoint/GCM/x/t1"},
		{desk.Device{Platform: desk.APNs, Token: "t1"}, "APNS", false, "arn:endpoint/APNS/x/t1"},
		{desk.Device{Platform: desk.APNsSandbox, Token: "t1"}, "APNS_SANDBOX", false, "arn:endpoint/APNS_SANDBOX/x/t1"},
		{desk.Device{Platform: desk.APNs, Token: "t1", VoIPToken: "v1"}, "APNS_VOIP", true, "arn:endpoint/APNS_VOIP/x/v1"},
		{desk.Device{Platform: desk.APNsSandbox, Token: "t1", VoIPToken: "v1"}, "APNS_VOIP_SANDBOX", true, "arn:endpoint/APNS_VOIP_SANDBOX/x/v1"},
	} {
		p, s := newSNS(t)
		d := register(t, p, "mem_a", c.device)
		if err := p.Push(t.Context(), d, n); err != nil {
			t.Fatal(err)
		}
		form := payload.For(c.device.Platform, c.voip, n, nowish)
		if form.Platform != c.platform {
			t.Errorf("platform %s, want %s", form.Platform, c.platform)
		}
		want := map[string]string{"TargetArn": c.arn, "MessageStructure": "json", "Message": form.Message()}
		if diff := cmp.Diff(want, withoutAttributes(s.published[0])); diff != "" {
			t.Errorf("%s: parameters (-want +got):\n%s", c.platform, diff)
		}
		if diff := cmp.Diff(form.Attributes, attributes(t, s.published[0])); diff != "" {
			t.Errorf("%s: attributes (-want +got):\n%s", c.platform, diff)
		}
	}
}

// TestPushVoIPFails wants a call to ring as an alert when the VoIP token is dead, and not
// twice when it only fails for now.
func TestPushVoIPFails(t *testing.T) {
	p, s := newSNS(t)
	d := register(t, p, "mem_a", desk.Device{Platform: desk.APNs, Token: "t1", VoIPToken: "v1"})
	call := desk.Notice{Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 1, Channel: roster.Call, RingingUntil: nowish.Add(time.Minute)}
	s.endpoints[d.VoIPAddress]["Enabled"] = "false"
	if err := p.Push(t.Context(), d, call); !errors.Is(err, desk.ErrByAlert) || errors.Is(err, desk.ErrUnreachable) || len(s.published) != 1 || s.published[0]["TargetArn"] != d.Address {
		t.Errorf("published %v, %v", s.published, err)
	}
	s.endpoints[d.VoIPAddress]["Enabled"], s.fail = "true", &snsError{500, "InternalError", "try again"}
	if err := p.Push(t.Context(), d, call); err == nil || errors.Is(err, desk.ErrUnreachable) || len(s.published) != 1 {
		t.Errorf("published %v, %v", s.published, err)
	}
}

// TestPhonesWithoutVoIP wants the token of PushKit to do no harm where nothing takes it.
func TestPhonesWithoutVoIP(t *testing.T) {
	p, s := newSNS(t)
	delete(p.Apps, cloud.APNsVoIP)
	d := register(t, p, "mem_a", desk.Device{Platform: desk.APNs, Token: "t1", VoIPToken: "v1"})
	if d.VoIPAddress != "" || len(s.endpoints) != 1 {
		t.Errorf("%+v, endpoints %v", d, s.endpoints)
	}
	p.Apps[cloud.APNsVoIP] = "arn:app/APNS_VOIP/x"
	_, err := p.Register(t.Context(), "mem_a", desk.Device{Platform: desk.APNs, Token: "t1", VoIPToken: "bad"})
	var problem *desk.Problem
	if !errors.As(err, &problem) || problem.Fields[0].Field != "voipToken" {
		t.Errorf("a bad VoIP token: %v", err)
	}
}
