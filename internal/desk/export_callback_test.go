package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// CallbackWithin is Callback with another limit for what one answer holds.
func (d *Desk) CallbackWithin(ctx context.Context, c Caller, id, cursor string, most int) (CallbackDetail, error) {
	return d.callbackWithin(ctx, c, id, cursor, most)
}

// StoreOldCallback stores a callback in the form that 29bdf6a had, with so many escalations,
// the last of them its own, and attempts of the longest notes.
func (d *Desk) StoreOldCallback(id string, escalations, attempts int) {
	ctx := context.Background()
	k := keys.Callback(id)
	it, _, err := d.Table.Get(ctx, k)
	var cb callback
	if err := errors.Join(err, json.Unmarshal(it.Body, &cb)); err != nil {
		panic(err)
	}
	old := map[string]any{
		"a": cb.Account, "s": cb.State, "d": cb.Department, "i": []string{cb.Interaction}, "c": cb.Customer,
		"sum": cb.Summary, "b": cb.Because, "nc": cb.NeedsContact, "due": cb.Due, "cl": cb.Claimed, "cr": cb.Created,
	}
	old["e"] = append(slices.Repeat([]string{"esc_aaaaaaaaaaaa"}, escalations-1), cb.Escalations[0])
	tries := []attempt{}
	for n := range attempts {
		tries = append(tries, attempt{Attempt{instant(cb.Created), "mem_aaaaaaaaaaaa", nil, "busy", strings.Repeat("\U0001f600", 1000)}, fmt.Sprint(n)})
	}
	old["at"] = tries
	ops := []table.Op{put(k, old, table.AtVersion(it.Version))}
	for n := range len(cb.Marks) {
		ops = append(ops, table.Delete(keys.CallbackEntry(id, n+1), table.Condition{}))
	}
	if err := d.Table.Write(ctx, ops...); err != nil {
		panic(err)
	}
}
