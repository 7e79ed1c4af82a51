package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/desk"
)

// healthyDay has all go well but for what callers ask wrongly, and for what is everyday: a
// phone that is gone, a message that comes early, an execution that is over.
func healthyDay(w *watched) {
	for _, part := range []func(*watched){helped, calledBack, refusedInput, everyday} {
		w.minutes(2, func() { part(w) })
	}
}

// helped is a customer whose call is taken.
func helped(w *watched) {
	w.visits("/me")
	made := w.asks(w.customer("call"))
	w.wake(desk.WakeRing) // early, and sent again
	path := "/v1/escalations/" + w.text(made, "escalationId")
	w.call(200, w.asha, "GET", path, "")
	w.call(200, w.asha, "POST", path+"/accept", "")
	w.wake(desk.WakeRing) // there is nothing left to do
	w.call(200, w.asha, "POST", path+"/complete", `{"outcome": "resolved"}`)
}

// calledBack is a customer who comes when nobody is there.
func calledBack(w *watched) {
	w.nobodyOnline(func() {
		request := w.customer("call")
		made := w.asks(request)
		request["requestId"], request["interactionId"] = fmt.Sprint(w.customers, " again"), fmt.Sprint(w.customers, " again")
		w.asks(request) // the same customer, in another conversation
		status := w.invoke("escalate", object{"action": "status", "accountId": w.account, "escalationId": w.text(made, "escalationId")})
		id := w.text(status, "callback", "id")
		w.refuses(409, "escalate", object{"action": "withdraw", "accountId": w.account, "callbackId": id}) // of which?
		callback := "/v1/callbacks/" + id
		w.call(200, w.asha, "POST", callback+"/claim", "")
		w.call(200, w.asha, "POST", callback+"/complete", `{"note": "done"}`)
		w.wake(desk.WakeDue)
	})
}

// refusedInput is what callers ask wrongly.
func refusedInput(w *watched) {
	w.refuses(400, "escalate", "escalate!")
	w.refuses(422, "escalate", object{"action": "explode", "accountId": w.account})
	w.refuses(404, "escalate", object{"action": "status", "accountId": w.account, "escalationId": "esc_aaaaaaaaaaaa"})
	w.refuses(404, "escalate", object{"action": "withdraw", "accountId": "acc_aaaaaaaaaaaa", "escalationId": "esc_aaaaaaaaaaaa"})
	w.refuses(422, "provision", object{"accountName": ""})
	w.recorder.once("AdminCreateUser", http.StatusBadRequest, object{"__type": "UsernameExistsException", "message": "User account already exists"})
	other := w.signUpOf("owner")
	other["accountName"] = "Another shop"
	w.refuses(409, "provision", other)
	w.wrongPassword()
	w.answered(http.StatusUnauthorized) // a token that is over, refused by API Gateway
	w.call(404, w.asha, "POST", "/v1/escalations/esc_aaaaaaaaaaaa/accept", "")
	w.call(422, w.owner, "PATCH", "/v1/account", `{"ringSeconds": "long"}`)
}

// refuses has a function refuse an event with a problem of a status.
func (w *watched) refuses(status int, function string, event any) {
	w.t.Helper()
	payload, err := json.Marshal(event)
	check(w.t, err)
	w.recorder.as(function)
	out, err := w.handlers[function].Invoke(w.t.Context(), payload)
	var told messages.InvokeResponse_Error
	if !errors.As(err, &told) || !strings.Contains(told.Message, fmt.Sprintf(`"status":%d`, status)) {
		w.t.Errorf("%s answers %s, %v; want a problem of %d", function, out, told, status)
	}
}

// everyday is what looks like a fault and is none.
func everyday(w *watched) {
	w.invoke("shift", w.execution(), "shift-over")
	w.recorder.once("Publish", http.StatusBadRequest, `<ErrorResponse><Error><Code>EndpointDisabled</Code><Message>x</Message></Error></ErrorResponse>`)
	w.asks(w.customer("chat"))
	w.call(200, w.asha, "PUT", "/v1/me/devices/phone", `{"platform": "fcm", "token": "again"}`)
	w.call(200, w.asha, "PUT", "/v1/me/presence", `{"status": "online"}`)
}
