package main

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

var (
	// recipe finds a call of a page for assistants, with its body.
	recipe = regexp.MustCompile(`(?s)curl -sS \$B(/v1/\S+) -H "\$MACHINE" -H "\$JSON" -d '(.*?)'\n`)
	// template finds a body that a platform fills in by itself.
	template = regexp.MustCompile("(?s)```json body\n(.*?)```")
	// example finds what is shown and not sent.
	example = regexp.MustCompile("(?s)```json\n(.*?)```")
)

// filledIn is what a platform puts in the place of its own variables.
var filledIn = strings.NewReplacer(
	"$session.params.conversation", "cx-1", "$session.params.phone", "+14155550123", "$session.params.language", "en-US",
	"$session.params.summary", "Wants to return a dress.", "$session.params.words", "a person, please",
)

// TestRecipesOfAssistants replays every request of the page on assistants as it stands there,
// in its order. Each is taken as it is, and what was said reaches the agents.
func TestRecipesOfAssistants(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/assistants.md")
	if err != nil {
		t.Fatal(err)
	}
	s, server := newSandbox(t)
	text := string(page)
	calls := recipe.FindAllStringSubmatch(text, -1)
	for _, body := range template.FindAllStringSubmatch(text, -1) {
		calls = append(calls, []string{"", "/v1/escalations", filledIn.Replace(body[1])})
	}
	if n := strings.Count(text, "curl -sS $B/v1/"); len(calls) != n+1 || n < 12 {
		t.Fatalf("found %d recipes, and the page has %d calls", len(calls), n)
	}
	for _, shown := range example.FindAllStringSubmatch(text, -1) {
		if !json.Valid([]byte(shown[1])) {
			t.Errorf("this is no JSON: %s", shown[1])
		}
	}
	for _, call := range calls {
		t.Run(strings.Join(strings.Fields(call[2])[1:6], " "), func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+call[1], strings.NewReader(call[2]))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+s.Identity.MachineToken())
			req.Header.Set("Content-Type", "application/json")
			answer, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			var got desk.Answer
			if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || answer.StatusCode != http.StatusOK {
				t.Fatalf("answer %d, %v", answer.StatusCode, err)
			}
			if len(got.Adjusted) > 0 {
				t.Errorf("it was taken with changes: %v", got.Adjusted)
			}
			if strings.Contains(call[2], `"action": "escalate"`) && (got.EscalationID == "" || got.Say == "" || got.Outcome != desk.OutcomeCallback) {
				t.Errorf("escalating was answered with %+v", got)
			}
		})
	}
}

// TestSentencesOfAssistants holds the page's table of sentences to those that are said.
func TestSentencesOfAssistants(t *testing.T) {
	page, err := os.ReadFile("../../../docs/assistants.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range desk.SaySentences() {
		if row := "| `" + s.Key + "` | " + s.Texts["en"] + " |\n"; !strings.Contains(string(page), row) {
			t.Errorf("docs/assistants.md has no row %s", row)
		}
	}
}
