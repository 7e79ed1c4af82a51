package restore

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

type object = map[string]any

// refusal is an error of AWS: its code, and what it says.
type refusal struct{ code, says string }

func refuse(code, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// twin is the AWS of one stage.
type twin struct {
	t      testing.TB
	local  *dynamodb.Client
	stage  string
	url    string
	now    time.Time
	server *httptest.Server

	mu         sync.Mutex
	made       int // numbers what is made
	tables     map[string]*madeTable
	backups    []*madeBackup
	moments    []moment // of the desk's table, oldest first
	functions  map[string]*int
	mappings   map[string]*mapping
	parameters map[string]string
	asked      []string // all that was asked for, changes as "Operation {…}"
	changes    int
	denies     string // an operation
	// die is called after that many more changes, whose answer is then lost.
	dieAfter int
	die      func()
}

// newTwin makes a stage whose table, empty, is in DynamoDB Local.
func newTwin(t testing.TB, local *dynamodb.Client, stage string, now time.Time) *twin {
	t.Helper()
	five, none := 5, 0
	w := &twin{
		t: t, local: local, stage: stage, now: now, parameters: map[string]string{}, tables: map[string]*madeTable{},
		functions: map[string]*int{},
		mappings:  map[string]*mapping{"5f0e-timers": {enabled: true}, "77aa-unused": {}},
	}
	for name, reserved := range map[string]*int{"timer": &five, "team": nil, "retired": &none} {
		w.functions["connectnow-"+stage+"-"+name] = reserved
	}
	w.create(w.table(), "Table", nil)
	desk := w.tables[w.table()]
	desk.status, desk.busy, desk.backupsBusy, desk.recovery, desk.protected = "ACTIVE", 0, false, true, true
	desk.tags = map[string]string{"project": "connectnow", "stage": stage, "aws:cloudformation:stack-name": "ConnectNow-" + stage + "-Data"}
	desk.limits = object{"MaxReadRequestUnits": 4000.0, "MaxWriteRequestUnits": 1000.0}
	w.setTTL(w.table())
	w.server = httptest.NewServer(w)
	w.url = w.server.URL
	t.Cleanup(func() {
		w.server.Close()
		w.clear()
	})
	return w
}

func (w *twin) table() string { return "connectnow-" + w.stage + "-desk" }

// arm has the next run killed at its first change, and armed reports that it was not.
func (w *twin) arm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dieAfter = 1
}

func (w *twin) armed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dieAfter > 0
}

// changed is how often something was changed.
func (w *twin) changed() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changes
}

// log is all that was asked for, in order.
func (w *twin) log() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
}

// deny has an operation refused from now on; none for the empty one.
func (w *twin) deny(operation string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.denies = operation
}

// do answers one call, whichever way it came.
func (w *twin) do(operation string, in object) (object, *refusal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	handler, known := operations[operation]
	if !known {
		w.t.Errorf("%s was asked for, which the twin does not know", operation)
		return nil, refuse("UnknownOperationException", "%s", operation)
	}
	if operation == w.denies {
		return nil, refuse("AccessDeniedException", "User is not authorized to perform: %s", operation)
	}
	out, no := handler(w, in)
	if reads(operation) {
		w.asked = append(w.asked, operation)
		return out, no
	}
	if no != nil {
		return out, no
	}
	w.asked = append(w.asked, operation+" "+w.told(in))
	w.changes++
	if w.dieAfter > 0 {
		if w.dieAfter--; w.dieAfter == 0 {
			w.die()
		}
	}
	return out, no
}

// reads tells what changes nothing that would have to be looked for in a later run.
func reads(operation string) bool {
	return slices.ContainsFunc([]string{"Get", "Describe", "List", "Scan", "Detect"}, func(s string) bool { return strings.HasPrefix(operation, s) })
}

// told writes down what was asked for, the same for all stages and both ways.
func (w *twin) told(in object) string {
	in = maps.Clone(in)
	if at, is := in["RestoreDateTime"]; is {
		in["RestoreDateTime"] = instant(at).UTC().Format(time.RFC3339)
	}
	text, err := json.Marshal(in)
	if err != nil {
		w.t.Error(err)
	}
	return strings.ReplaceAll(string(text), w.stage, "STAGE")
}

// instant reads a time as the AWS CLI sends it, or as it was given.
func instant(v any) time.Time {
	if seconds, is := v.(float64); is {
		return time.Unix(int64(seconds), 0)
	}
	at, _ := time.Parse(time.RFC3339, fmt.Sprint(v))
	return at
}

// ServeHTTP speaks the protocols of AWS's services, and to the stand-in plain JSON.
func (w *twin) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // killed meanwhile
	}
	operation, in := w.decode(r, body)
	answer, no := w.do(operation, in)
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	form := r.Header.Get("X-Amz-Target") == "" && len(body) > 0 && body[0] != '{'
	switch {
	case no != nil && form:
		out.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(out, "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", no.code, no.says)
	case no != nil:
		out.Header().Set("X-Amzn-Errortype", no.code)
		out.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(out).Encode(object{"__type": no.code, "message": no.says, "Message": no.says})
	case form:
		fmt.Fprintf(out, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", operation, asXML(answer))
	default:
		_ = json.NewEncoder(out).Encode(answer)
	}
}

// decode finds out what is asked for.
func (w *twin) decode(r *http.Request, body []byte) (operation string, in object) {
	in = object{}
	if _, target, is := strings.Cut(r.Header.Get("X-Amz-Target"), "."); is || len(body) > 0 && body[0] == '{' {
		operation = target
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&in); err != nil {
			w.t.Errorf("%s: %v", body, err)
		}
	} else if form, err := url.ParseQuery(string(body)); err == nil {
		operation = form.Get("Action")
		for name := range form {
			if name != "Action" && name != "Version" {
				in[name] = form.Get(name)
			}
		}
	}
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case path[0] == "stand-in":
		operation = path[1]
	case len(path) == 4 && path[3] == "concurrency":
		operation = map[string]string{"GET": "Get", "PUT": "Put", "DELETE": "Delete"}[r.Method] + "FunctionConcurrency"
		in["FunctionName"] = path[2]
	case len(path) == 3 && path[1] == "event-source-mappings":
		operation = map[string]string{"GET": "Get", "PUT": "Update"}[r.Method] + "EventSourceMapping"
		in["UUID"] = path[2]
	}
	return operation, in
}

// asXML writes an answer as the older protocols have it.
func asXML(v any) string {
	var b strings.Builder
	switch v := v.(type) {
	case object:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fmt.Fprintf(&b, "<%[1]s>%[2]s</%[1]s>", name, asXML(v[name]))
		}
	case []any:
		for _, one := range v {
			fmt.Fprintf(&b, "<member>%s</member>", asXML(one))
		}
	default:
		_ = xml.EscapeText(&b, fmt.Append(nil, v))
	}
	return b.String()
}
