package restore

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/desk"
)

// noon is when all is well.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

const atNoon = "2026-11-25T12:00:00Z"

// harmed is a business whose table was well at noon, and is not any more.
type harmed struct {
	*business
	aws      *twin
	items    []item // at noon
	saw      string
	settings string
}

// newHarmed has a business work until noon. Then things happen, and somebody harms it.
func newHarmed(t testing.TB, stage string) *harmed {
	t.Helper()
	h := &harmed{aws: newTwin(t, cloudtest.Start(t), stage, noon)}
	h.business = newBusiness(t, h.aws)
	h.work()
	h.aws.keep(noon)
	h.items, h.saw, h.settings = h.aws.items(h.aws.table()), h.sees(), h.aws.state()

	// What happens in the ordinary way of things:
	h.now = noon.Add(10 * time.Second)
	h.aws.now = noon.Add(2 * time.Hour)
	h.escalate(5, "Kids")
	h.hours("09:00", "17:00")
	_, err := h.desk.CreateMember(t.Context(), h.olga, desk.NewMember{
		FirstName: "Carl", LastName: "Later", Email: "carl@example.com", Password: password, Role: desk.RoleStaff, DepartmentIDs: []string{h.kids},
	})
	check(t, err)
	check(t, h.desk.DeleteMember(t.Context(), h.olga, h.bea.MemberID))
	// And what somebody does to the table:
	for _, it := range h.items {
		key := item{"pk": it["pk"], "sk": it["sk"]}
		switch {
		case strings.HasPrefix(keyOf(it), "cb_") || strings.HasSuffix(keyOf(it), " account"):
			_, err = h.aws.local.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(h.aws.table()), Key: key})
		case strings.HasSuffix(keyOf(it), " state"):
			key["v"] = &types.AttributeValueMemberS{Value: "junk"}
			_, err = h.aws.local.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(h.aws.table()), Item: key})
		}
		check(t, err)
	}
	h.now = noon
	if h.sees() == h.saw {
		t.Fatal("nothing was harmed")
	}
	return h
}

// state tells what AWS has besides items and ids.
func (w *twin) state() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.tables)) {
		made := w.tables[name]
		if made.status == "DELETING" {
			continue
		}
		tags := fmt.Sprint(made.tags["project"], made.tags["stage"])
		fmt.Fprintf(&b, "table %s: ttl %s, recovery %v, protected %v, limits %v, tags %v\n", name, w.ttl(name), made.recovery, made.protected, made.limits, tags)
	}
	fmt.Fprintf(&b, "parameters: %v\n", w.parameters)
	for _, name := range w.running() {
		fmt.Fprintf(&b, "runs: %s\n", name)
	}
	for _, name := range slices.Sorted(maps.Keys(w.functions)) {
		if reserved := w.functions[name]; reserved != nil {
			fmt.Fprintf(&b, "%s reserves %d\n", name, *reserved)
		}
	}
	return b.String()
}

// isWell compares what is there with noon.
func (h *harmed) isWell() {
	h.t.Helper()
	if got := h.aws.items(h.aws.table()); !slices.EqualFunc(got, h.items, func(a, b item) bool { return cmp.Equal(plain(a), plain(b)) }) {
		h.t.Errorf("%d items, want the %d of noon", len(got), len(h.items))
	}
	if diff := cmp.Diff(h.saw, h.sees()); diff != "" {
		h.t.Errorf("what the business sees (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(h.settings, h.aws.state()); diff != "" {
		h.t.Errorf("what AWS has (-want +got):\n%s", diff)
	}
}

func plain(i item) map[string]string {
	texts := map[string]string{}
	for name, v := range i {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			texts[name] = v.Value
		case *types.AttributeValueMemberN:
			texts[name] = v.Value
		case *types.AttributeValueMemberB:
			texts[name] = string(v.Value)
		}
	}
	return texts
}
