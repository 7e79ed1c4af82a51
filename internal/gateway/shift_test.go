package gateway

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/desk"
)

// The machine tells by the error's type whether an execution is over, which it catches, or
// whether the tick is to be tried again.
func TestShiftErrors(t *testing.T) {
	w := newWorld(t)
	ended := 0
	w.desk.Metrics = func(m desk.Metric) {
		if m.Name == "ShiftsOver" {
			ended++
		}
	}
	handler := Shift(w.desk)
	for _, c := range []struct{ name, payload, kind string }{
		{"over", `{"accountId": "` + w.acc + `", "memberId": "` + w.asha + `", "version": 1, "generation": 1}`, "shift-over"},
		{"no execution", `{}`, ""},
		{"no JSON", `x`, ""},
		{"other fields", `{"accountId": "a", "memberId": "m", "version": 1, "generation": 1, "tick": {}}`, ""},
		{"both", `{"accountId": "a", "memberId": "m", "version": 1, "generation": 1, "renew": []}`, ""},
		{"too many to renew", `{"renew": ["` + strings.Repeat(`a", "`, 50) + `a"]}`, ""},
		{"names that are none", `{"renew": "mem_aaaaaaaaaaaa-1-1"}`, ""},
		{"no generation", `{"accountId": "a", "memberId": "m", "version": 1}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := handler.Invoke(t.Context(), []byte(c.payload))
			var told messages.InvokeResponse_Error
			if is := errors.As(err, &told); err == nil || is != (c.kind != "") || told.Type != c.kind || out != nil {
				t.Errorf("%s, %v", out, err)
			}
		})
	}
	must(t, w.desk.Table.(interface{ Close() error }).Close())
	_, err := handler.Invoke(t.Context(), []byte(`{"accountId": "a", "memberId": "m", "version": 1, "generation": 1}`))
	if err == nil || strings.Contains(err.Error(), "shift-over") {
		t.Errorf("the table is out of reach: %v", err)
	}
	if ended != 1 { // what Lambda takes for an error, and is none
		t.Errorf("%d executions counted as over, want 1", ended)
	}
}

// Executions are looked at by their names; of some the function can tell that it did nothing,
// and goes on with the rest.
func TestShiftsRenewed(t *testing.T) {
	w := newWorld(t)
	w.hours(w.asha)
	w.hours(w.bilal)
	asha, bilal := w.asha+"-1-1", w.bilal+"-1-1"
	for _, c := range []struct {
		name, want string
		renew      []string
	}{
		{"nothing", `{"looked":0,"renewed":0,"failed":[]}`, []string{}},
		{"the same laws", `{"looked":2,"renewed":0,"failed":[]}`, []string{asha, bilal}},
		{"nobody", `{"looked":1,"renewed":0,"failed":[]}`, []string{"mem_aaaaaaaaaaaa-1-1"}},
		{"none of ours", `{"looked":3,"renewed":0,"failed":["x","mem_aaaaaaaaaaaa"]}`, []string{"x", asha, "mem_aaaaaaaaaaaa"}},
		{"as many as may be", `{"looked":50,"renewed":0,"failed":[]}`, slices.Repeat([]string{asha}, 50)},
	} {
		t.Run(c.name, func(t *testing.T) {
			payload, err := json.Marshal(map[string]any{"renew": c.renew})
			must(t, err)
			got, err := Shift(w.desk).Invoke(t.Context(), payload)
			if err != nil || string(got) != c.want {
				t.Errorf("%s, %v, want %s", got, err, c.want)
			}
		})
	}
	must(t, w.desk.Table.(interface{ Close() error }).Close())
	got, err := Shift(w.desk).Invoke(t.Context(), []byte(`{"renew": ["`+asha+`"]}`))
	if want := `{"looked":1,"renewed":0,"failed":["` + asha + `"]}`; err != nil || string(got) != want {
		t.Errorf("the table is out of reach: %s, %v, want %s", got, err, want)
	}
}
