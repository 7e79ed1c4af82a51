package assistant

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// actionGroup is what an agent of Bedrock Agents Classic sends to the function of an action
// group, defined by functions or by an OpenAPI schema
// (https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html).
//
// Functions, or the last parts of paths, have the names of our tools. The conversation is the
// agent's session, and of what was said the event has the last words.
type actionGroup struct{ root raw }

// Connection implements Form.
func (g *actionGroup) Connection() (kind, id string) {
	return desk.ConnectionClassic, g.root.get("agent", "id").str()
}

// byPath reports whether the group is defined by a schema, whose operations are paths.
func (g *actionGroup) byPath() bool { return g.root.get("apiPath") != nil }

// tool is the name of the tool: /tools/escalate is escalate.
func (g *actionGroup) tool() string {
	if !g.byPath() {
		return g.root.get("function").str()
	}
	path := strings.TrimRight(g.root.get("apiPath").str(), "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

func (g *actionGroup) session() string { return g.root.get("sessionId").str() }

// arguments are what the model filled in. All values come as texts, beside their types.
func (g *actionGroup) arguments() members {
	a := members{}
	take := func(list []raw) {
		for _, p := range list {
			if name := p.get("name").str(); name != "" {
				a[name] = typed(p.get("type").str(), p.get("value"))
			}
		}
	}
	take(g.root.get("parameters").list())
	if content := g.root.get("requestBody", "content"); content.is('{') {
		for _, body := range content.fields() {
			take(body.get("properties").list())
		}
	}
	return a
}

// typed is a value of a type that was sent as text. What is no such value stays text: the
// door reads it by its meaning.
func typed(kind string, value raw) any {
	s := value.str()
	switch kind {
	case "number", "integer", "boolean", "array", "object":
		if json.Valid([]byte(s)) {
			return json.RawMessage(s)
		}
	}
	return s
}

// Language implements Form. An agent tells none.
func (g *actionGroup) Language() string { return "" }

// Action implements Form. The session says whose enquiry it is, so that no handle is needed,
// and ids that a model has filled in count for nothing.
func (g *actionGroup) Action(account string) ([]byte, error) {
	t, err := toolNamed(g.tool())
	if err != nil {
		return nil, err
	}
	a := g.arguments()
	for name := range a {
		if fold(name) == "interactionid" {
			delete(a, name)
		}
	}
	if slices.ContainsFunc(t.Inputs, func(in Input) bool { return in.Name == "handle" && in.Required }) {
		a["handle"] = "session" // for the tool's own check
	}
	if said := g.root.get("inputText").str(); said != "" && t.Action() == Escalate && a["messages"] == nil {
		a["messages"] = []members{{"from": "customer", "text": said}}
	}
	given, err := encoded(a)
	if err != nil {
		return nil, err
	}
	action, err := t.Request(given, account)
	if err != nil {
		return nil, err
	}
	return g.ofSession(t, action)
}

// ofSession has an action be about the session.
func (g *actionGroup) ofSession(t Tool, action []byte) ([]byte, error) {
	m := members{}
	d := json.NewDecoder(bytes.NewReader(action))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	delete(m, "handle")
	switch t.Action() {
	case Availability, Instructions:
	case Decide:
		signals, is := m["signals"].(map[string]any)
		if !is {
			signals = map[string]any{}
		}
		members(signals).set("interactionId", g.session())
		m["signals"] = signals
	default:
		m.set("interactionId", g.session())
	}
	return encoded(m)
}

// Bedrock takes 25 KB of an answer
// (https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html#agents-lambda-response);
// the body has so many bytes of them.
const (
	mostResponse = 25_000
	mostAnswer   = 16 << 10
)

// Answer implements Form. A problem is handed to the model, which may try otherwise;
// FAILURE would end its session. A session tells all that is its own.
func (g *actionGroup) Answer(out any, problem *desk.Problem, say string) ([]byte, error) {
	t, _ := toolNamed(g.tool()) // there is a problem where there is none
	if a, is := out.(desk.Answer); is {
		a.Joined = false
		out = a
	}
	body, err := encoded(toldModel(t, out, problem, say))
	if err != nil {
		return nil, err
	}
	if quotedLen(string(body)) > mostAnswer {
		if body, err = encoded(members{"text": cutBytes(raw(body).get("text").str(), mostAnswer/2)}); err != nil {
			return nil, err
		}
	}
	response := members{"actionGroup": g.root.get("actionGroup").str()}
	if g.byPath() {
		response["apiPath"], response["httpMethod"] = g.root.get("apiPath").str(), g.root.get("httpMethod").str()
		response["httpStatusCode"] = statusOf(problem)
		response["responseBody"] = members{"application/json": members{"body": string(body)}}
	} else {
		answer := members{"responseBody": members{"TEXT": members{"body": string(body)}}}
		if problem != nil {
			answer["responseState"] = "REPROMPT"
		}
		response["function"], response["functionResponse"] = g.root.get("function").str(), answer
	}
	all := members{"messageVersion": "1.0", "response": response}
	alone, err := encoded(all)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"sessionAttributes", "promptSessionAttributes"} {
		attributes := members{}
		g.root.get(name).each(func(key, value string) { attributes[key] = value })
		all[name] = attributes
	}
	// They may be left out, and are where the answer had else no room.
	if whole, err := encoded(all); err != nil || len(whole) <= mostResponse {
		return whole, err
	}
	return alone, nil
}

// statusOf is what a problem is in HTTP, for a model that was told of operations of an API.
func statusOf(p *desk.Problem) int {
	if p == nil {
		return 200
	}
	switch p.Class {
	case desk.NotFound:
		return 404
	case desk.Invalid:
		return 422
	case desk.Conflict:
		return 409
	case desk.Unavailable:
		return 503
	}
	return 500
}
