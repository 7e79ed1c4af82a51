package desk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// What a platform calls by an id speaks for one account at a time, whoever asks twice.
func TestConnections(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	other, err := w.Provision(w.ctx, desk.NewAccount{Name: "Other", TimeZone: "UTC", Owner: desk.NewMember{
		FirstName: "Otto", LastName: "Test", Email: "otto@example.com", Password: "Correct-horse-1",
	}})
	must(t, err)
	stranger := desk.Caller{MemberID: other.MemberID, AccountID: other.AccountID, Role: desk.RoleOwner}
	const bot = "ABCDEF1234"
	accountOf := func(kind string) string {
		t.Helper()
		acc, err := w.AccountOf(w.ctx, kind, bot)
		if desk.IsProblem(err, "unknown-connection") {
			return "nobody"
		}
		must(t, err)
		return acc
	}

	made, err := w.Connect(w.ctx, w.acc, desk.ConnectionLex, bot)
	must(t, err)
	again, err := w.Connect(w.ctx, w.acc, desk.ConnectionLex, bot)
	must(t, err)
	if want := (desk.Connected{AccountID: w.acc, ConnectionID: made.ConnectionID}); !made.Created || again != want {
		t.Errorf("first %+v, again %+v", made, again)
	}
	_, err = w.Connect(w.ctx, other.AccountID, desk.ConnectionLex, bot)
	wantProblem(t, err, "connection-taken")
	if got, agent := accountOf(desk.ConnectionLex), accountOf(desk.ConnectionClassic); got != w.acc || agent != "nobody" {
		t.Errorf("the bot is %s's, and the agent of that id %s's", got, agent)
	}
	list, err := w.Connections(w.ctx, w.admin)
	must(t, err)
	want := []desk.Connection{{ID: made.ConnectionID, Kind: desk.ConnectionLex, PlatformID: bot, CreatedAt: w.clock.Now()}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}

	wantProblem(t, w.Disconnect(w.ctx, stranger, made.ConnectionID), "not-found")
	must(t, w.Disconnect(w.ctx, w.admin, made.ConnectionID))
	wantProblem(t, w.Disconnect(w.ctx, w.admin, made.ConnectionID), "not-found")
	if got := accountOf(desk.ConnectionLex); got != "nobody" {
		t.Errorf("after its end the bot is %s's", got)
	}
	moved, err := w.Connect(w.ctx, other.AccountID, desk.ConnectionLex, bot)
	must(t, err)
	if got := accountOf(desk.ConnectionLex); !moved.Created || got != other.AccountID {
		t.Errorf("then it is %s's: %+v", got, moved)
	}
	if list, err := w.Connections(w.ctx, w.admin); err != nil || len(list) != 0 {
		t.Errorf("the first account has %v (%v)", list, err)
	}
}

func TestBadConnections(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	for _, c := range []struct{ name, acc, kind, id, want string }{
		{"no such account", "acc_aaaaaaaaaaaa", desk.ConnectionLex, "ABCDEF1234", "not-found"},
		{"no such kind", w.acc, "twilio", "ABCDEF1234", "invalid"},
		{"an ARN", w.acc, desk.ConnectionConnect, "arn:aws:connect:eu-west-1:123456789012:instance/c8c0e68d", "invalid"},
		{"no id", w.acc, desk.ConnectionLex, "", "invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Connect(w.ctx, c.acc, c.kind, c.id)
			wantProblem(t, err, c.want)
		})
	}
}
