package cloud_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestAnnouncements(t *testing.T) {
	phones, s := newSNS(t)
	p := &cloud.Announcements{SNS: phones.SNS, Topic: "arn:topic/events"}
	must(t, p.Publish(t.Context(), desk.Announcement{
		Type: "escalation.accepted", At: nowish, AccountID: "acc_a", EscalationID: "esc_a", MemberID: "mem_a", DepartmentID: "dep_a",
		Channel: roster.Chat, State: "active",
	}))
	want := map[string]string{"TopicArn": "arn:topic/events", "Message": `{"type":"escalation.accepted","at":"` + nowish.Format("2006-01-02T15:04:05Z07:00") +
		`","accountId":"acc_a","escalationId":"esc_a","memberId":"mem_a","departmentId":"dep_a","channel":"chat","state":"active"}`}
	if diff := cmp.Diff(want, withoutAttributes(s.published[0])); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	want = map[string]string{"type": "escalation.accepted", "accountId": "acc_a", "departmentId": "dep_a", "memberId": "mem_a", "state": "active"}
	if diff := cmp.Diff(want, attributes(t, s.published[0])); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	must(t, p.Publish(t.Context(), desk.Announcement{Type: "presence.online", AccountID: "acc_a"}))
	if got := attributes(t, s.published[1]); len(got) != 2 {
		t.Errorf("attributes %v, want those that have a value", got)
	}
	s.fail = &snsError{500, "InternalError", "try again"}
	if err := p.Publish(t.Context(), desk.Announcement{Type: "presence.online"}); err == nil || errors.Is(err, desk.ErrUnreachable) {
		t.Errorf("SNS fails: %v", err)
	}
}
