package restore

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// What cannot go well, or is not meant, is refused before anything is changed.
func TestRefused(t *testing.T) {
	t.Parallel()
	aws := newTwin(t, cloudtest.Start(t), "refused", noon)
	aws.keep(noon.AddDate(0, 0, -1))
	s := withStandIn(t, aws, "new")
	old := withStandIn(t, aws, "old")
	for _, c := range []struct {
		name, says string
		by         *script
		args       []string
	}{
		{"nothing", "[--dry-run] look STAGE TIME", s, nil},
		{"no stage", "look STAGE TIME", s, []string{"look"}},
		{"no time", "look STAGE TIME", s, []string{"look", "refused"}},
		{"a word too many", "look STAGE TIME", s, []string{"look", "refused", atNoon, "now"}},
		{"an unknown option", "look STAGE TIME", s, []string{"--force", "look", "refused", atNoon}},
		{"an option behind", "look STAGE TIME", s, []string{"stop", "refused", "--yes"}},
		{"an unknown step", "look STAGE TIME", s, []string{"undo", "refused"}},
		{"no name of a stage", "look STAGE TIME", s, []string{"look", "Dev!", atNoon}},
		{"a time in words", "look STAGE TIME", s, []string{"look", "refused", "noon"}},
		{"a time that is none", "is no time", s, []string{"look", "refused", "2026-13-45T12:00:00Z"}},
		{"a time too early", "can be restored to 2026-11-24T12:00:00Z to", s, []string{"look", "refused", "2026-11-23T12:00:00Z"}},
		{"a time to come", "can be restored to", s, []string{"look", "refused", "2026-11-25T12:00:01Z"}},
		{"no confirmation", "say so with --yes refused", s, []string{"swap", "refused", atNoon}},
		{"another stage confirmed", "--yes names prod", s, []string{"--yes", "prod", "swap", "refused", atNoon}},
		{"nothing looked at", "scripts/restore look refused", s, []string{"--yes", "refused", "swap", "refused", atNoon}},
		{"nothing to give up", "nothing to give up", s, []string{"drop", "refused"}},
		{"no such stage", "no data stack of test", s, []string{"look", "test", atNoon}},
		{"an old AWS CLI", "needs an AWS CLI from May 2024", old, []string{"look", "refused", atNoon}},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, ok := c.by.run(c.args...)
			if ok || !strings.Contains(said, c.says) {
				t.Errorf("went through: %v, and said %q; want %q", ok, said, c.says)
			}
			if aws.changed() > 0 || strings.Contains(said, "STAND STILL") {
				t.Fatalf("%q: %s", aws.asked, said)
			}
		})
	}
	t.Run("nobody known", func(t *testing.T) {
		aws.deny("GetCallerIdentity")
		if said, ok := s.run("look", "refused", atNoon); ok || !strings.Contains(said, "AWS does not know who you are") || aws.changed() > 0 {
			t.Errorf("%v: %s", ok, said)
		}
	})
}

// A dry run prints what would be changed, and changes nothing. Then it is given up, and the
// table stays as it is.
func TestDryRunAndDrop(t *testing.T) {
	t.Parallel()
	aws := newTwin(t, cloudtest.Start(t), "dev", noon)
	aws.keep(noon)
	s := withStandIn(t, aws, "new")
	before := aws.state()
	look := dry(s, "--dry-run", "look", "dev", atNoon)
	want := []string{
		"aws ssm put-parameter --name /connectnow/dev/restore --type String --value '{",
		"aws dynamodb restore-table-to-point-in-time --source-table-name connectnow-dev-desk --target-table-name connectnow-dev-desk-past --restore-date-time " + atNoon,
		"aws dynamodb create-backup --table-name connectnow-dev-desk-past --backup-name restore-20261125T120000Z",
	}
	if diff := cmp.Diff(want, look); diff != "" {
		t.Errorf("look (-want +got):\n%s", diff)
	}
	if aws.changed() > 0 {
		t.Fatalf("a dry run changed something: %q", aws.asked)
	}
	s.must("look", "dev", atNoon)
	if said, ok := s.run("look", "dev", "2026-11-25T11:00:00Z"); ok || !strings.Contains(said, "to "+atNoon+" is under way") {
		t.Errorf("to another time: %v: %s", ok, said)
	}
	changes := aws.changed()
	swap := dry(s, "--dry-run", "swap", "dev", atNoon)
	if diff := cmp.Diff(wantSwap, swap); diff != "" {
		t.Errorf("swap (-want +got):\n%s", diff)
	}
	if aws.changed() > changes {
		t.Fatalf("a dry run changed something: %q", aws.asked)
	}
	s.must("drop", "dev")
	if after := aws.state(); after != before || len(aws.backups) > 0 {
		t.Errorf("%d backups and\n%s\nwant none and\n%s", len(aws.backups), after, before)
	}
}

// wantSwap is what a dry run of the second step prints.
var wantSwap = []string{
	"aws ssm put-parameter --name /connectnow/dev/stopped --type String --value 'mapping 5f0e-timers yes",
	"aws lambda update-event-source-mapping --uuid 5f0e-timers --no-enabled",
	"aws lambda update-event-source-mapping --uuid 77aa-unused --no-enabled",
	"aws lambda put-function-concurrency --function-name connectnow-dev-retired --reserved-concurrent-executions 0",
	"aws lambda put-function-concurrency --function-name connectnow-dev-team --reserved-concurrent-executions 0",
	"aws lambda put-function-concurrency --function-name connectnow-dev-timer --reserved-concurrent-executions 0",
	"aws dynamodb update-table --table-name connectnow-dev-desk --no-deletion-protection-enabled",
	"aws dynamodb delete-table --table-name connectnow-dev-desk",
	"aws dynamodb restore-table-from-backup --target-table-name connectnow-dev-desk --backup-arn arn:aws:dynamodb:us-east-1:123456789012:table/connectnow-dev-desk-past/backup/3",
	"aws lambda put-function-concurrency --function-name connectnow-dev-retired --reserved-concurrent-executions 0",
	"aws lambda delete-function-concurrency --function-name connectnow-dev-team",
	"aws lambda put-function-concurrency --function-name connectnow-dev-timer --reserved-concurrent-executions 5",
	"aws lambda update-event-source-mapping --uuid 5f0e-timers --enabled",
	"aws lambda update-event-source-mapping --uuid 77aa-unused --no-enabled",
	"aws ssm delete-parameter --name /connectnow/dev/stopped",
	`aws dynamodb update-time-to-live --table-name connectnow-dev-desk --time-to-live-specification '{"Enabled":true,"AttributeName":"exp"}'`,
	`aws dynamodb update-continuous-backups --table-name connectnow-dev-desk --point-in-time-recovery-specification '{"PointInTimeRecoveryEnabled":true}'`,
	`aws dynamodb tag-resource --resource-arn arn:aws:dynamodb:us-east-1:123456789012:table/connectnow-dev-desk --tags '[{"Key":"project","Value":"connectnow"},{"Key":"stage","Value":"dev"}]'`,
	`aws dynamodb update-table --table-name connectnow-dev-desk --on-demand-throughput '{"MaxReadRequestUnits":4000,"MaxWriteRequestUnits":1000}'`,
	"aws dynamodb update-table --table-name connectnow-dev-desk --deletion-protection-enabled",
	"aws cloudformation detect-stack-drift --stack-name ConnectNow-dev-Data",
	"aws dynamodb delete-table --table-name connectnow-dev-desk-past",
	"aws ssm delete-parameter --name /connectnow/dev/restore",
}

// dry returns the commands that a run prints. What is done at once is in the order of the
// names, and what is remembered is left out.
func dry(s *script, args ...string) (commands []string) {
	s.t.Helper()
	for line := range strings.SplitSeq(s.must(args...), "\n") {
		if strings.HasPrefix(line, "aws ") {
			line, _, _ = strings.Cut(line, `"time"`)
			commands = append(commands, line)
		}
	}
	name := func(command string) string { words := strings.Fields(command); return words[min(4, len(words)-1)] }
	for from := 0; from < len(commands); {
		to := from + 1
		for to < len(commands) && strings.HasPrefix(commands[from], "aws lambda ") && together(commands[from], commands[to]) {
			to++
		}
		slices.SortFunc(commands[from:to], func(a, b string) int { return strings.Compare(name(a), name(b)) })
		from = to
	}
	return commands
}

// together tells whether two commands are about the same kind of things.
func together(a, b string) bool {
	return strings.HasPrefix(b, "aws lambda ") && strings.Contains(a, "--uuid") == strings.Contains(b, "--uuid")
}

// Where AWS refuses in the middle, it says that all stands still. So it does when one asked
// for that, and start has all run as before.
func TestStandsStill(t *testing.T) {
	t.Parallel()
	h := newHarmed(t, "still")
	s := withStandIn(t, h.aws, "new")
	s.must("--yes", "still", "stop", "still")
	s.must("--yes", "still", "stop", "still")
	if running := h.aws.running(); running != nil {
		t.Errorf("stopped, %q run", running)
	}
	s.must("start", "still")
	if diff := cmp.Diff(h.settings, h.aws.state()); diff != "" {
		t.Errorf("started again (-want +got):\n%s", diff)
	}
	s.must("--yes", "still", "stop", "still")
	s.must("look", "still", atNoon)
	h.aws.deny("RestoreTableFromBackup")
	said, ok := s.run("--yes", "still", "swap", "still", atNoon)
	if ok || !strings.Contains(said, "not authorized") || !strings.Contains(said, "STAND STILL") {
		t.Errorf("%v: %s", ok, said)
	}
	h.aws.deny("")
	if said, ok := s.run("drop", "still"); ok || !strings.Contains(said, "finish it with") {
		t.Errorf("given up too late: %v: %s", ok, said)
	}
	s.must("--yes", "still", "swap", "still", atNoon)
	h.isWell()
}
