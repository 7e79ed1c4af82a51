package desk

import (
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/table"
)

// Errors end in logs, and name keys.
func TestNamedKeysHoldNothingPersonal(t *testing.T) {
	const acc = "acc_aaaaaaaaaaaa"
	for _, k := range []table.Key{
		emailKey("secret@example.com"), openCallbackKey(acc, "+49secret", "dep_a"), openCallbackKey(acc, "secret/x@example.com", ""),
		interactionKey(acc, "secret"), interactionCallbackKey(acc, "secret", "cb_a"), depNameKey(acc, "Secret"), keptKey("mem_a", "secret"),
	} {
		if got := named(k); strings.Contains(got, "secret") {
			t.Errorf("%v is named %s", k, got)
		}
	}
	if got, want := named(escalationKey("esc_a")), "esc_a state"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
