package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// A key lets in until it is taken back, and no longer; what is nearly one never does.
func TestAssistantKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	k, err := w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", []string{"change", "escalate"})
	must(t, err)
	whole, err := w.WholeKey(w.ctx, k)
	must(t, err)
	holder, err := w.HolderOf(w.ctx, whole)
	must(t, err)
	want := desk.KeyHolder{AccountID: w.acc, KeyID: k.ID, May: []string{"escalate", "change"}}
	if diff := cmp.Diff(want, holder); diff != "" {
		t.Error(diff)
	}
	secret := whole[len(k.ID)+1:]
	for _, c := range []struct{ name, key string }{
		{"nothing", ""},
		{"the id", k.ID},
		{"the id alone", k.ID + "_"},
		{"another secret", k.ID + "_" + strings.Repeat("a", len(secret))},
		{"less of the secret", whole[:len(whole)-1]},
		{"more of it", whole + "a"},
		{"another id", "cnk_aaaaaaaaaaaa_" + secret},
		{"a handle", "hdl_" + strings.TrimPrefix(whole, "cnk_")},
		{"signs of keys", "cnk_aaaaaa/aaaaa_" + secret},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.HolderOf(w.ctx, c.key)
			wantProblem(t, err, "unauthorized")
		})
	}
	must(t, w.DeleteAssistantKey(w.ctx, w.admin, k.ID))
	_, err = w.HolderOf(w.ctx, whole)
	wantProblem(t, err, "unauthorized")
	w.clock.Advance(time.Second)
	_, err = w.CreateAssistantKey(w.ctx, w.admin, k.ID, "Shop", nil) // under the same id
	must(t, err)
	_, err = w.HolderOf(w.ctx, whole)
	wantProblem(t, err, "unauthorized")
}

// A key that is deleted while it is used stays deleted.
func TestUseBringsNoKeyBack(t *testing.T) {
	t.Parallel()
	var w *world
	var whole string
	w = newWorld(t, worldOptions{wrap: func(inner table.Table) table.Table {
		return fault.New(inner, fault.Options{Before: func(c fault.Call) error {
			if c.Kind != fault.Write || whole == "" || c.Ops[0].Item.Key != keys.AssistantKey(desk.KeyID(whole)) {
				return nil
			}
			bare, id := *w.Desk, desk.KeyID(whole)
			bare.Table, whole = inner, ""
			return bare.DeleteAssistantKey(w.ctx, w.admin, id)
		}})
	}})
	k, err := w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
	must(t, err)
	key, err := w.WholeKey(w.ctx, k)
	must(t, err)
	whole = key
	_, err = w.HolderOf(w.ctx, key) // was there when it was read
	must(t, err)
	_, err = w.HolderOf(w.ctx, key)
	wantProblem(t, err, "unauthorized")
}

// The key itself lies nowhere.
func TestAssistantKeyIsNotStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	k, err := w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
	must(t, err)
	whole, err := w.WholeKey(w.ctx, k)
	must(t, err)
	it, found, err := w.Table.Get(w.ctx, keys.AssistantKey(k.ID))
	must(t, err)
	if secret := whole[len(k.ID)+1:]; !found || strings.Contains(string(it.Body), secret) || k.Key != "" {
		t.Errorf("stored (%t) is %s; the secret is %s", found, it.Body, secret)
	}
}

// There are five at most, also of many who make one at once; to ask again makes none.
func TestAssistantKeysAreFive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	for i := range 5 {
		_, err := w.CreateAssistantKey(w.ctx, w.admin, fmt.Sprintf("cnk_aaaaaaaaaaa%c", 'a'+i), "Shop", nil)
		must(t, err)
	}
	_, err := w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
	wantProblem(t, err, "too-many-keys")
	_, err = w.CreateAssistantKey(w.ctx, w.admin, "cnk_aaaaaaaaaaaa", "Shop", nil)
	must(t, err)
	_, err = w.CreateAssistantKey(w.ctx, w.admin, "", "", []string{"all"})
	wantProblem(t, err, "invalid")
	other := w.outsider()
	wantProblem(t, w.DeleteAssistantKey(w.ctx, other, "cnk_aaaaaaaaaaaa"), "not-found")
	if list, err := w.AssistantKeys(w.ctx, other); err != nil || len(list) != 0 {
		t.Errorf("another account sees %+v, %v", list, err)
	}
	must(t, w.DeleteAssistantKey(w.ctx, w.admin, "cnk_aaaaaaaaaaaa"))
	wantProblem(t, w.DeleteAssistantKey(w.ctx, w.admin, "cnk_aaaaaaaaaaaa"), "not-found")
	_, err = w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
	must(t, err)
}

// When it was last used is written once an hour.
func TestAssistantKeyUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	k, err := w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
	must(t, err)
	whole, err := w.WholeKey(w.ctx, k)
	must(t, err)
	began := w.clock.Now()
	for _, c := range []struct {
		later time.Duration
		want  time.Time
	}{
		{0, began}, {59 * time.Minute, began}, {time.Minute, began.Add(time.Hour)},
	} {
		w.clock.Advance(c.later)
		_, err := w.HolderOf(w.ctx, whole)
		must(t, err)
		list, err := w.AssistantKeys(w.ctx, w.admin)
		must(t, err)
		if got := list[0].LastUsedAt; got == nil || !got.Equal(c.want) {
			t.Errorf("last used at %v, want %v", got, c.want)
		}
	}
}
