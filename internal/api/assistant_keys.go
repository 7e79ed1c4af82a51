package api

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/connectnow/backend/internal/desk"
)

// listAssistantKeys shows what programs may come in by, and when they last did. The keys
// themselves nobody knows any more.
func listAssistantKeys(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.AssistantKeys(ctx, q.caller))
}

// createAssistantKey makes a key. The answer may be kept for a repeated request, so the key
// itself is not in it.
func createAssistantKey(ctx context.Context, q *call) (answer, error) {
	k, err := read(q, readAssistantKey)
	if err != nil {
		return answer{}, err
	}
	return created(q.desk.CreateAssistantKey(ctx, q.caller, q.newID("cnk_"), k.Name, k.May))
}

// tellKey puts the key into an answer of createAssistantKey.
func tellKey(create handler) handler {
	return func(ctx context.Context, q *call) (answer, error) {
		a, err := create(ctx, q)
		if err != nil {
			return a, err
		}
		sent, err := a.render()
		if err != nil {
			return answer{}, err
		}
		var k desk.AssistantKey
		if err := json.Unmarshal(sent.Body, &k); err != nil {
			return answer{}, fmt.Errorf("decoding a key: %w", err)
		}
		k.Key, err = q.desk.WholeKey(ctx, k)
		return created(k, err)
	}
}

// readAssistantKey reads what a key is called, and what it is good for.
func readAssistantKey(o *object) desk.AssistantKey {
	return desk.AssistantKey{
		Name: composed(o.name("name")),
		May:  o.texts("may", len(desk.KeyRights), optional, checkOneOf(desk.KeyRights...)),
	}
}

// deleteAssistantKey takes a key back. Whoever comes with it is refused from the next call on.
func deleteAssistantKey(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.DeleteAssistantKey(ctx, q.caller, q.id()))
}
