package gateway

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

// The machine tells by the error's type whether an execution is over, which it catches, or
// whether the tick is to be tried again.
func TestShiftErrors(t *testing.T) {
	w := newWorld(t)
	handler := Shift(w.desk)
	for _, c := range []struct{ name, payload, kind string }{
		{"over", `{"accountId": "` + w.acc + `", "memberId": "` + w.asha + `", "version": 1, "generation": 1}`, "shift-over"},
		{"no execution", `{}`, ""},
		{"no JSON", `x`, ""},
		{"other fields", `{"accountId": "a", "memberId": "m", "version": 1, "generation": 1, "tick": {}}`, ""},
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
}
