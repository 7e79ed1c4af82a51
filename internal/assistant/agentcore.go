package assistant

import (
	"maps"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// gatewayTool is a tool that a gateway of Bedrock AgentCore calls for a model. The payload is
// what the model filled in and nothing else; who calls, and which tool, is in Lambda's client
// context
// (https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html).
//
// Behind one gateway are all customers of a business, and nothing tells them apart but what
// the model says. So what shows or changes an enquiry wants its handle.
type gatewayTool struct {
	gateway   string
	name      string // as the table of tools has it
	arguments []byte
}

// The names of the client context.
const (
	ofGateways    = "bedrockAgentCore" // with which all of them begin
	gatewayID     = ofGateways + "GatewayId"
	gatewayToolID = ofGateways + "ToolName"
)

// gatewayCall is the form of what comes from a gateway; nil for anything else. That it comes
// from one shows in the client context alone, which a model cannot write: its arguments are
// never plain JSON, whatever they say.
func gatewayCall(payload []byte, custom map[string]string) Form {
	is := false
	for name := range custom {
		is = is || strings.HasPrefix(name, ofGateways)
	}
	if !is {
		return nil
	}
	// The name has that of the gateway's target in front: people___escalate.
	name := custom[gatewayToolID]
	if _, own, prefixed := strings.Cut(name, "___"); prefixed {
		name = own
	}
	return &gatewayTool{gateway: custom[gatewayID], name: name, arguments: payload}
}

// Connection implements Form.
func (g *gatewayTool) Connection() (kind, id string) { return desk.ConnectionAgentCore, g.gateway }

// Language implements Form. A gateway knows none.
func (g *gatewayTool) Language() string { return "" }

// Action implements Form.
func (g *gatewayTool) Action(account string) ([]byte, error) {
	t, err := toolNamed(g.name)
	if err != nil {
		return nil, err
	}
	return t.Request(g.arguments, account)
}

// toolNamed finds a tool. Its error is the problem unknown-tool.
func toolNamed(name string) (Tool, error) {
	for _, t := range Tools() {
		if t.Name == name {
			return t, nil
		}
	}
	return Tool{}, &desk.Problem{Class: desk.Invalid, Name: "unknown-tool", Title: "No such tool", Detail: "There is no tool of that name."}
}

// Answer implements Form: what the model is told, sentences in text and the rest beside. A
// model would be shown an error of the function as it is.
func (g *gatewayTool) Answer(out any, problem *desk.Problem, say string) ([]byte, error) {
	t, _ := toolNamed(g.name) // there is a problem where there is none
	return encoded(toldModel(t, out, problem, say))
}

// errNoAnswer is what a model is told where there is neither an answer nor a problem.
var errNoAnswer = &desk.Problem{Name: "internal", Title: "Internal error", Detail: "Something went wrong here. Try again in a moment."}

// toldModel is what a model is told of an answer, or of a problem with what to say.
func toldModel(t Tool, out any, problem *desk.Problem, say string) any {
	if problem == nil && (out == nil || t.Name == "") {
		problem = errNoAnswer
	}
	tell := t.Answer
	if problem != nil {
		tell = func(any) (string, any) { return t.Refusal(problem) }
	}
	text, about := tell(out)
	all := members{"text": text}
	if object, is := about.(map[string]any); is {
		maps.Copy(all, object)
	}
	if all["text"] == nil { // the answer has one that is null
		all["text"] = text
	}
	if problem != nil {
		all["say"] = say
	}
	return all
}
