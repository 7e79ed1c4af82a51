package keys

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/table"
)

// Whoever adds a kind of items says whose data is in it and how long it is kept.
func TestEveryFamilyHasItsAnswers(t *testing.T) {
	var names []string
	for _, f := range Families() {
		if f.Name == "" || slices.Contains(names, f.Name) {
			t.Errorf("the name %q is missing or there twice", f.Name)
		}
		names = append(names, f.Name)
		if !slices.Contains([]Personal{OfNobody, OfCustomer, OfMember, OfBoth}, f.Personal) {
			t.Errorf("%s: personal data of %q", f.Name, f.Personal)
		}
		if f.Kept.Until == "" || (f.Kept.After > 0) != (f.Kept.Until == "expires") {
			t.Errorf("%s: kept %q, expires: %t", f.Name, f.Kept.Until, f.Kept.After > 0)
		}
		for _, pattern := range []string{f.Partition, f.Sort} {
			if _, behind, outside := strings.Cut(pattern, "<"); pattern == "" || outside && strings.Index(behind, ">") != len(behind)-1 {
				t.Errorf("%s: the pattern %q", f.Name, pattern)
			}
		}
	}
}

// Errors end in logs, and name keys.
func TestNamedKeysHoldNothingPersonal(t *testing.T) {
	const acc, mem = "acc_aaaaaaaaaaaa", "mem_aaaaaaaaaaaa"
	for _, c := range []struct {
		Name string
		key  table.Key
		want string
	}{
		{"an escalation", table.Key{Partition: "esc_aaaaaaaaaaaa", Sort: "state"}, "esc_aaaaaaaaaaaa state"},
		{"a desk row", table.Key{Partition: acc + "/desk", Sort: "mem/" + mem}, acc + "/desk mem/" + mem},
		{"an e-mail", table.Key{Partition: "email/secret@example.com", Sort: "member"}, "email/… member"},
		{"a phone number", table.Key{Partition: acc + "/customer/+49secret", Sort: "open/dep_aaaaaaaaaaaa"}, acc + "/customer/… open/dep_aaaaaaaaaaaa"},
		{"a contact with slashes", table.Key{Partition: acc + "/customer/secret/x@example.com", Sort: "open/"}, acc + "/customer/… open/"},
		{"an interaction", table.Key{Partition: acc + "/interaction/secret", Sort: "callback/cb_aaaaaaaaaaaa"}, acc + "/interaction/… callback/cb_aaaaaaaaaaaa"},
		{"a department's name", table.Key{Partition: acc + "/names", Sort: "secret/2"}, acc + "/names …"},
		{"a kept answer", table.Key{Partition: mem, Sort: "kept/secret"}, mem + " kept/…"},
		{"a phone's address", table.Key{Partition: "push/arn:aws:sns:secret/1", Sort: "holder"}, "push/… holder"},
		{"what nobody knows", table.Key{Partition: "secret", Sort: "secret"}, "a key of no family"},
	} {
		t.Run(c.Name, func(t *testing.T) {
			if got := Named(c.key); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Ids that others chose stand in keys as they are where they are plain, and as a hash
// where they are not: none is like another's, and none is too long.
func TestIDsInKeys(t *testing.T) {
	const acc = "acc_aaaaaaaaaaaa"
	if got := Interaction(acc, "conv:1.2_3-4"); got != acc+"/interaction/conv:1.2_3-4" {
		t.Errorf("a plain one: %s", got)
	}
	seen := map[string]string{}
	for _, id := range []string{"a", "a/b", "a/", "#", "wamid.HBgM==", "ä", " a", strings.Repeat("a", 128), strings.Repeat("a", 129), strings.Repeat("a/", 10_000)} {
		k := Interaction(acc, id)
		if before, twice := seen[k]; twice || len(k) > 200 || strings.Count(k, "/") != 2 {
			t.Errorf("%.40q has the key %s, and so has %.40q", id, k, before)
		}
		seen[k] = id
	}
}

func TestEscalationIDs(t *testing.T) {
	const acc = "acc_aaaaaaaaaaaa"
	if got := EscalationID(acc, "req-1", ""); got != FormerEscalationID(acc, "req-1") {
		t.Errorf("without interaction it is %s", got)
	}
	ids := []string{
		EscalationID(acc, "req-1", ""), EscalationID(acc, "req-1", "conv"), EscalationID(acc, "req-1", "conv2"), EscalationID(acc, "req-1c", "onv"),
		EscalationID(acc, "r\x00", "a"), EscalationID(acc, "r", "\x00a"), EscalationID(acc, "", "req-1"), EscalationID(acc, "1", "conv"),
		NumberedEscalationID(acc, "conv", 1), NumberedEscalationID(acc, "conv", 2), NumberedEscalationID(acc, "conv1", 1), NumberedEscalationID(acc, "conv", 11),
	}
	slices.Sort(ids)
	if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
		t.Errorf("%d of %d are different: %v", n, len(ids), ids)
	}
}

// The entry of a callback says when it is due; another key says nothing.
func TestDueOf(t *testing.T) {
	for _, c := range []struct {
		key  table.Key
		want int64
	}{
		{ListedCallback("acc_f7lmw5qcqyje", "open", 1795428000000, "cb_q4mxl5orusgm"), 1795428000000},
		{ListedCallback("acc_f7lmw5qcqyje", "open", 5, "cb_q4mxl5orusgm"), 5},
		{Account("acc_f7lmw5qcqyje"), 0},
	} {
		t.Run(c.key.Sort, func(t *testing.T) {
			if got := DueOf(c.key); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
