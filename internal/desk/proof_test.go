package desk_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/meter"
)

// proof is what the last push of an offer to a member's phone carried.
func (w *world) proof(member string) string {
	w.t.Helper()
	notices := w.notices(member)
	for _, n := range slices.Backward(notices) {
		if n.Kind == desk.NoticeOffer {
			return n.Proof
		}
	}
	w.t.Fatalf("no offer among %v", notices)
	return ""
}

// A phone that is not signed in says that an offer arrived: it counts as missed then, and not as
// unreachable, and nothing else has changed.
func TestSeenByProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	id := w.ring(w.request(1)).EscalationID
	row := w.row(agent)
	w.at(w.clock.Now().Add(4 * time.Second))
	must(t, w.SeenByProof(w.ctx, id, 1, w.proof(agent)))
	seen := w.clock.Now().UTC()
	w.at(seen.Add(2 * time.Second))
	must(t, w.SeenByProof(w.ctx, id, 1, w.proof(agent))) // the first time stays
	if at := w.view(id).Offer.SeenAt; at == nil || !at.Equal(seen) {
		t.Errorf("seen at %v, want %v", at, seen)
	}
	if diff := cmp.Diff(row, w.row(agent)); diff != "" {
		t.Errorf("the row has changed (-before +after):\n%s", diff)
	}
	w.pass(stands)
	if got, want := whats(w.view(id)), []string{"offered", "missed", "callback"}; !slices.Equal(got, want) {
		t.Errorf("history %v, want %v", got, want)
	}
	must(t, w.SeenByProof(w.ctx, id, 1, w.proof(agent))) // it is over
}

// What proves nothing is found out without a read, and changes nothing.
func TestForgedProofs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "second", Platform: desk.FCM, Token: "second"})
	must(t, err)
	id := w.ring(w.request(1)).EscalationID
	other := w.ring(w.request(2)).EscalationID
	proofs := map[string]string{} // of the first, by device
	for _, device := range []string{"second", "phone-" + agent} {
		feed, err := w.phones.Feed(device, 0)
		must(t, err)
		proofs[device] = feed[len(feed)-1].Notice.Proof
	}
	m := meter.New(w.Desk.Table)
	w.Desk.Table = m
	forged := func(name, escalation string, offer int, proof string) {
		t.Helper()
		before := m.Counts()
		must(t, w.SeenByProof(w.ctx, escalation, offer, proof))
		if n := m.Counts().Sub(before).Calls(); n != 0 {
			t.Errorf("%s: %d calls of the table", name, n)
		}
	}
	good := proofs["second"]
	raw, err := base64.RawURLEncoding.DecodeString(good)
	must(t, err)
	for i := range raw {
		changed := slices.Clone(raw)
		changed[i] ^= 1
		forged("a bit of another", id, 1, base64.RawURLEncoding.EncodeToString(changed))
		forged("cut off", id, 1, base64.RawURLEncoding.EncodeToString(raw[:i]))
	}
	forged("more behind", id, 1, good+"AAAA")
	forged("another escalation", other, 1, good)
	forged("another offer", id, 2, good)
	forged("no offer", id, 0, good)
	forged("nothing", "", 0, "")
	forged("no base64", id, 1, "!"+good)
	// The MAC of one device with the name of another.
	mixed, err := base64.RawURLEncoding.DecodeString(proofs["phone-"+agent])
	must(t, err)
	forged("another device", id, 1, base64.RawURLEncoding.EncodeToString(append(slices.Clone(mixed[:17]), raw[17:]...)))
	secrets := w.Secrets
	w.Secrets = desk.FixedSecret([]byte("the secret of another deployment"))
	forged("another deployment", id, 1, good)
	w.Secrets = secrets
	w.at(w.view(id).Offer.RingingUntil.Add(time.Minute + time.Second)) // no timer has come: it still rings
	forged("too late", id, 1, good)
	w.Desk.Table = w.twins.Table
	if o := w.view(id).Offer; o == nil || o.SeenAt != nil {
		t.Errorf("the offer is %+v, want it unseen", o)
	}
	w.at(w.view(id).Offer.RingingUntil.Add(time.Minute))
	must(t, w.SeenByProof(w.ctx, id, 1, good))
	if o := w.view(id).Offer; o.SeenAt == nil {
		t.Error("the proof itself proves nothing")
	}
}

// The proof of an offer that has passed on says nothing of where it rings now.
func TestProofOfAnotherTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	for _, agent := range w.agents {
		w.phone(agent)
	}
	a := w.ring(w.request(1))
	old := w.proof(a.Agent.ID)
	w.decline(a.Agent.ID, a.EscalationID)
	for _, number := range []int{1, 2} {
		must(t, w.SeenByProof(w.ctx, a.EscalationID, number, old))
	}
	if o := w.view(a.EscalationID).Offer; o.Number != 2 || o.SeenAt != nil {
		t.Errorf("the second offer is %+v, want it unseen", o)
	}
	w.clean(a.EscalationID)
}

// noSecret fails, as where nobody answers.
type noSecret struct{ error }

func (s noSecret) Secret(context.Context) ([]byte, error) { return nil, s.error }

// Without the secret phones ring, and only who is signed in can say so; a proof that cannot be
// judged is sent again.
func TestProofsWithoutSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.ring(w.request(1))
	old := w.proof(agent)
	w.Secrets = noSecret{table.ErrUnavailable}
	id := w.ring(w.request(2)).EscalationID
	if got := w.proof(agent); got != "" {
		t.Errorf("the proof is %q", got)
	}
	w.seen(id)
	if err := w.SeenByProof(w.ctx, id, 1, old); !errors.Is(err, table.ErrUnavailable) {
		t.Errorf("got %v, want what is wrong", err)
	}
	must(t, w.SeenByProof(w.ctx, id, 1, "junk"))
}
