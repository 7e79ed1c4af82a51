package assistant

import (
	"encoding/json"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/words"
)

// lexResponse is what Lex V2 is answered. It takes no fields that it does not know
// (https://docs.aws.amazon.com/lexv2/latest/dg/lambda-response-format.html).
type lexResponse struct {
	SessionState struct {
		SessionAttributes map[string]string `json:"sessionAttributes"`
		DialogAction      lexDialog         `json:"dialogAction"`
		Intent            *lexIntent        `json:"intent,omitempty"`
	} `json:"sessionState"`
	Messages []lexMessage `json:"messages,omitempty"`
}

type lexDialog struct {
	Type         string `json:"type"`
	SlotToElicit string `json:"slotToElicit,omitempty"`
}

// lexIntent is the intent as it came, with how it stands now.
type lexIntent struct {
	Name              string          `json:"name"`
	State             string          `json:"state"`
	Slots             json.RawMessage `json:"slots,omitempty"`
	ConfirmationState string          `json:"confirmationState,omitempty"`
}

type lexMessage struct {
	ContentType string `json:"contentType"`
	Content     string `json:"content"`
}

// mostSaid is how many characters a message of Lex has
// (https://docs.aws.amazon.com/lexv2/latest/APIReference/API_runtime_Message.html).
const mostSaid = 1024

// Answer implements Form. The intent is over, but where the customer is asked for a number: by
// its slot where the intent has one, else by whatever is said next. Problems are told as well,
// with the intent as failed: an error of the function would end in words of Lex's own.
func (h *codeHook) Answer(out any, problem *desk.Problem, say string) ([]byte, error) {
	body, err := answerJSON(out)
	if err != nil {
		return nil, err
	}
	var a lexResponse
	a.SessionState.SessionAttributes = h.kept(body, problem)
	a.SessionState.Intent = h.over("Fulfilled")
	a.SessionState.DialogAction.Type = "Close"
	said := body.get("say").str()
	spoken := spokenOf(body)
	if spoken != nil {
		said = spoken["say"]
	}
	needs := body.get("callback", "needsContact").str() == "true" || spoken["needsContact"] == "true"
	switch {
	case problem != nil:
		said = say
		a.SessionState.Intent = h.over("Failed")
	case h.action() == Decide:
		a.SessionState.DialogAction.Type = "Delegate"
		a.SessionState.Intent = h.over(h.intent.get("state").str())
		said = ""
	case needs && h.phoneSlot() != "":
		a.SessionState.DialogAction = lexDialog{Type: "ElicitSlot", SlotToElicit: h.phoneSlot()}
		a.SessionState.Intent = h.over("InProgress")
	case needs:
		a.SessionState.DialogAction.Type = "ElicitIntent"
		a.SessionState.Intent = nil
	}
	if a.SessionState.Intent == nil { // what needs none, and has something to say
		a.SessionState.DialogAction = lexDialog{Type: "ElicitIntent"}
		if said == "" {
			said = words.Text(words.Code(h.Language()), words.HandedBack)
		}
	}
	if said != "" {
		a.Messages = []lexMessage{{"PlainText", cut(said, mostSaid)}}
	}
	return encoded(a)
}

// lexStates are those that an intent can be in.
var lexStates = map[string]bool{"Failed": true, "Fulfilled": true, "FulfillmentInProgress": true, "InProgress": true, "ReadyForFulfillment": true, "Waiting": true}

// over is the intent in a state; nil where the event names none.
func (h *codeHook) over(state string) *lexIntent {
	i := &lexIntent{Name: h.intent.get("name").str(), State: state}
	if i.Name == "" {
		return nil
	}
	if !lexStates[state] {
		i.State = "InProgress"
	}
	if slots := h.intent.get("slots"); slots.is('{') {
		i.Slots = json.RawMessage(slots)
	}
	switch c := h.intent.get("confirmationState").str(); c {
	case "Confirmed", "Denied", "None":
		i.ConfirmationState = c
	}
	return i
}

// decided are the session attributes of what decide answered, with its fields.
var decided = map[string]string{
	lexEscalate: "escalate", lexRule: "rule", lexReason: "reason", lexCondition: "conditionId", lexDepartment: "departmentId",
}

// kept are the session attributes: those that came, which would be lost if they were not sent
// back, and how it stands.
func (h *codeHook) kept(body raw, problem *desk.Problem) map[string]string {
	kept := map[string]string{}
	h.root.get("sessionState", "sessionAttributes").each(func(name, value string) { kept[name] = value })
	delete(kept, lexError)
	switch {
	case problem != nil:
		kept[lexError] = problem.Name
	case h.action() == Decide:
		delete(kept, lexAction)
		for name, field := range decided {
			kept[name] = body.get(field).str()
		}
	case spokenOf(body) != nil:
		kept[lexNeeds] = spokenOf(body)["needsContact"]
	default:
		for name := range decided {
			delete(kept, name)
		}
		kept[lexEscalation], kept[lexOutcome] = body.get("escalationId").str(), body.get("outcome").str()
		kept[lexNeeds] = body.get("callback", "needsContact").str()
	}
	return kept
}
