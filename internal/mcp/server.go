package mcp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// maxBody is how many bytes a request may have.
const maxBody = 4 << 20

// Door serves POST /mcp.
type Door struct {
	api   *api.Server
	guard *guard
	sdk   http.Handler
	log   *slog.Logger
	tools []assistant.Tool
	call  func(ctx context.Context, action []byte) (any, error)

	mu      sync.Mutex
	servers map[string]*mcp.Server // by what a key may
}

// New makes the door of a desk whose plain door is s.
func New(d *desk.Desk, s *api.Server) *Door {
	door := &Door{
		api: s, guard: newGuard(d), log: d.Log, tools: assistant.Tools(), call: s.Enquire,
		servers: map[string]*mcp.Server{},
	}
	if door.log == nil {
		door.log = slog.Default()
	}
	door.sdk = mcp.NewStreamableHTTPHandler(door.server, &mcp.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true,
		DisableLocalhostProtection: true, // the sandbox looks at the host itself
	})
	return door
}

// holderKey is the key of who calls in a context.
type holderKey struct{}

// messagesKey is the key of a request's messages in a context: they have the arguments of tools.
type messagesKey struct{}

// given are the arguments of a call.
func given(ctx context.Context, r *mcp.CallToolRequest) []byte {
	all, _ := ctx.Value(messagesKey{}).([]assistant.Message)
	if n, is := assistant.Numbered(r.Params.Arguments); is && n >= 0 && n < len(all) {
		return all[n].Arguments
	}
	return r.Params.Arguments
}

// Handler serves requests whatever their path.
func (d *Door) Handler() http.Handler {
	return d.api.Logged(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Pattern = "/mcp" // of the line in the log
		if r.Method != http.MethodPost {
			d.api.RefuseMethod(w, r, http.MethodPost)
			return
		}
		holder, body, err := d.admit(w, r)
		if err != nil {
			d.api.Refuse(w, r, err)
			return
		}
		all, err := messages(body)
		if err != nil {
			d.api.Refuse(w, r, err)
			return
		}
		if i := slices.IndexFunc(all, listens); i >= 0 {
			refuseListening(w, all[i])
			return
		}
		if body, err = short(body, all); err != nil {
			d.api.Refuse(w, r, err)
			return
		}
		ctx := context.WithValue(r.Context(), holderKey{}, holder)
		r = r.Clone(context.WithValue(ctx, messagesKey{}, all))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		// The SDK wants both named, and answers in JSON anyway. Whatever the body says that it
		// is, it is read as JSON.
		r.Header.Set("Accept", "application/json, text/event-stream")
		r.Header.Set("Content-Type", "application/json")
		d.sdk.ServeHTTP(w, r)
	}))
}

// admit tells whom a request speaks for, and reads it.
func (d *Door) admit(w http.ResponseWriter, r *http.Request) (holder desk.KeyHolder, body []byte, err error) {
	if err := crossOrigin(r); err != nil {
		return holder, nil, err
	}
	ctx := desk.WithDoor(r.Context(), desk.Door{Network: desk.Network(r.RemoteAddr), Route: "POST /mcp"})
	if holder, err = d.guard.admit(ctx, r); err != nil {
		if often := errors.Is(err, errTooMany); often || errors.Is(err, errWrongKey) {
			d.guard.desk.NoticeKey(ctx, often)
		}
		return holder, nil, err
	}
	if body, err = d.api.Body(w, r, maxBody); desk.IsProblem(err, "too-large") {
		d.guard.desk.NoticeLarge(ctx, desk.Caller{AccountID: holder.AccountID})
	}
	return holder, body, err
}

// crossOrigin refuses pages of other origins: a browser would send what lies behind a firewall.
func crossOrigin(r *http.Request) error {
	if http.NewCrossOriginProtection().Check(r) != nil {
		return &desk.Problem{Class: desk.Forbidden, Name: "foreign-origin", Title: "Not from there", Detail: "A page of another origin may not call this."}
	}
	return nil
}

// server gives the protocol's server for what the caller may: a tool that a key is not good
// for is not listed. There are seven at most.
func (d *Door) server(r *http.Request) *mcp.Server {
	holder, _ := r.Context().Value(holderKey{}).(desk.KeyHolder)
	name := strings.Join(holder.May, " ")
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.servers[name]
	if s == nil {
		s = d.newServer(holder.May)
		d.servers[name] = s
	}
	return s
}

// newServer makes one. Lists are the caller's own.
func (d *Door) newServer(may []string) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "connectnow", Title: "ConnectNow human agents", Version: "1"}, &mcp.ServerOptions{
		Instructions: "Hands this conversation over to a person. Call instructions once at the beginning, escalate when a person is needed, and then what each answer names as next.",
		Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}},
		SetCacheable: func(_ context.Context, _ mcp.Request, c *mcp.Cacheable) { c.CacheScope = "private" },
	})
	for _, t := range d.tools {
		if slices.Contains(may, string(t.May)) {
			s.AddTool(listed(t), d.handler(t))
		}
	}
	return s
}

// listed is a tool as the protocol lists it. The hint of destruction is about what it
// takes away.
func listed(t assistant.Tool) *mcp.Tool {
	destroys, open := t.May == assistant.MayChange, false
	return &mcp.Tool{
		Name: t.Name, Title: t.Title, Description: t.Description, InputSchema: t.Schema(),
		Annotations: &mcp.ToolAnnotations{Title: t.Title, ReadOnlyHint: t.ReadOnly, IdempotentHint: t.Idempotent, DestructiveHint: &destroys, OpenWorldHint: &open},
	}
}

// handler answers calls of a tool. Its error is always nil: what went wrong is told in words,
// which a model can read.
func (d *Door) handler(t assistant.Tool) mcp.ToolHandler {
	return func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		ctx = logs.With(ctx, slog.String("tool", t.Name))
		text, object, err := d.do(ctx, t, r)
		if err != nil {
			d.tell(ctx, err)
			text, object = t.Refusal(err)
		}
		return &mcp.CallToolResult{IsError: err != nil, Content: []mcp.Content{&mcp.TextContent{Text: text}}, StructuredContent: object}, nil
	}
}

// tell logs an error that is nobody's fault but ours.
func (d *Door) tell(ctx context.Context, err error) {
	if p := (*desk.Problem)(nil); !errors.As(err, &p) {
		d.log.ErrorContext(ctx, "tool failed: internal error", "error", err)
	}
}

// do makes the action of a call, has it done, and words what came of it. A panic costs this
// one answer.
func (d *Door) do(ctx context.Context, t assistant.Tool, r *mcp.CallToolRequest) (text string, object any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = api.Panicked(p)
		}
	}()
	holder, ok := ctx.Value(holderKey{}).(desk.KeyHolder)
	if !ok {
		return "", nil, errors.New("mcp: nobody calls")
	}
	action, err := t.Request(given(ctx, r), holder.AccountID)
	if err != nil {
		return "", nil, err
	}
	out, err := d.call(ctx, action)
	if err != nil {
		return "", nil, err
	}
	text, object = t.Answer(api.WholeSeconds(out))
	return text, object, nil
}
