package restore

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// The desk reads exactly what it read then, and all runs as it did. What the table tells is
// older than all around it.
func TestRestore(t *testing.T) {
	t.Parallel()
	h := newHarmed(t, "quick")
	h.restore(withStandIn(t, h.aws, "new"))
	h.queue.messages = nil // used up long ago
	h.now = noon.Add(2 * time.Hour)

	t.Run("what rang goes on when somebody reads it", func(t *testing.T) {
		before, err := h.desk.Escalation(t.Context(), h.olga, h.rings)
		check(t, err)
		if before.State != desk.Ringing {
			t.Fatalf("it is %s", before.State)
		}
		for range 20 {
			for _, m := range h.queue.take(desk.WakeRing) {
				check(t, h.desk.Wake(t.Context(), m))
			}
			h.now = h.now.Add(time.Minute)
		}
		after, err := h.desk.Escalation(t.Context(), h.olga, h.rings)
		check(t, err)
		if after.State != desk.CalledFor {
			t.Errorf("it is %s, want a callback after all were asked", after.State)
		}
	})
	t.Run("executions begin those that the table names", func(t *testing.T) {
		began := h.executions.begun
		then, newer := began[0], began[len(began)-1]
		if then.Version >= newer.Version {
			t.Fatalf("executions %+v", began)
		}
		h.executions.begun = nil
		if _, err := h.desk.TickShift(t.Context(), newer); !errors.Is(err, desk.ErrShiftOver) {
			t.Errorf("the newer one ticks: %v", err)
		}
		if got := h.executions.begun; len(got) != 1 || got[0].Version != then.Version {
			t.Errorf("began %+v, want version %d", got, then.Version)
		}
	})
	t.Run("a member of since then is made again", func(t *testing.T) {
		if _, _, err := h.desk.SignIn(t.Context(), desk.Credentials{Email: "carl@example.com", Password: password}); err == nil {
			t.Error("Carl signs in")
		}
		_, err := h.desk.CreateMember(t.Context(), h.olga, desk.NewMember{
			FirstName: "Carl", LastName: "Later", Email: "carl@example.com", Password: password, Role: desk.RoleStaff, DepartmentIDs: []string{h.kids},
		})
		check(t, err)
		if _, _, err := h.desk.SignIn(t.Context(), desk.Credentials{Email: "carl@example.com", Password: password}); err != nil {
			t.Errorf("Carl does not sign in: %v", err)
		}
	})
	t.Run("a member removed since then is removed again", func(t *testing.T) {
		if _, _, err := h.desk.SignIn(t.Context(), desk.Credentials{Email: "bea@example.com", Password: password}); err == nil {
			t.Error("Bea signs in")
		}
		check(t, h.desk.DeleteMember(t.Context(), h.olga, h.bea.MemberID))
	})
}

// restore does it all, and returns what the script said.
func (h *harmed) restore(s *script) string {
	h.t.Helper()
	said := s.must("look", h.aws.stage, atNoon)
	if running := h.aws.running(); len(running) != 3 {
		h.t.Errorf("%q run while one looks", running)
	}
	said += s.must("--yes", h.aws.stage, "swap", h.aws.stage, atNoon)
	h.isWell()
	// Some of what a desk keeps for a while is there or not by chance.
	said = regexp.MustCompile(`(all items +[0-9]+ +)[0-9]+`).ReplaceAllString(said, "${1}some")
	return strings.ReplaceAll(said, h.aws.stage, "STAGE")
}

// The real AWS CLI does it, too, and asks for the same as its stand-in.
func TestRestoreWithCLI(t *testing.T) {
	if os.Getenv("RESTORE_CHECK") == "" {
		t.Skip("takes a minute: make restore-check")
	}
	t.Parallel()
	real, quick := newHarmed(t, "real"), newHarmed(t, "alike")
	with, without := real.restore(withCLI(t, real.aws)), quick.restore(withStandIn(t, quick.aws, "new"))
	t.Logf("%s", with)
	if diff := cmp.Diff(with, without); diff != "" {
		t.Errorf("-with the CLI +with the stand-in:\n%s", diff)
	}
	slices.Sort(real.aws.asked)
	slices.Sort(quick.aws.asked)
	if diff := cmp.Diff(real.aws.asked, quick.aws.asked); diff != "" {
		t.Errorf("-the CLI +the stand-in:\n%s", diff)
	}
}

// Killed after each change, before it hears of it, and run again, it ends in the same state.
func TestRestoreIsKilled(t *testing.T) {
	t.Parallel()
	h := newHarmed(t, "killed")
	s := withStandIn(t, h.aws, "new")
	for _, args := range [][]string{{"look", "killed", atNoon}, {"--yes", "killed", "swap", "killed", atNoon}} {
		for done := false; !done; {
			h.aws.arm()
			said, ok := s.run(args...)
			done = h.aws.armed()
			// When it was killed after its last change, there is nothing left to go on with.
			if done && !ok && !strings.Contains(said, "nothing of "+atNoon+" is there") {
				t.Fatalf("%q: %s", args, said)
			}
			if s.runs > 80 {
				t.Fatalf("%d changes, and no end: %s", h.aws.changed(), said)
			}
		}
	}
	t.Logf("%d runs", s.runs)
	h.isWell()
	for _, once := range []string{"RestoreTableToPointInTime", "CreateBackup", "RestoreTableFromBackup"} {
		n := 0
		for _, asked := range h.aws.log() {
			if strings.HasPrefix(asked, once+" ") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s was asked for %d times", once, n)
		}
	}
}
