package mcp

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/programs"
)

// seen is what an official client found.
type seen struct {
	Name, Outcome, Status, Contact, Words string
	Tools                                 int
	Two, Foreign                          bool
}

// The protocol's own clients, of today and of before, escalate, see how it stands, and give a
// contact; ids of others lead them nowhere.
func TestOfficialClients(t *testing.T) {
	folder := programs.Need(t, "the clients of the Model Context Protocol", func() (string, error) {
		return programs.FromNPM("internal/mcp/testdata/clients")
	})
	s := newShop(t)
	server := httptest.NewServer(s.door.Handler())
	t.Cleanup(server.Close)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join(folder, "clients.mjs"), server.URL+"/mcp", s.key)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var got []seen
	for line := range bytes.Lines(out) {
		var c seen
		must(t, json.Unmarshal(line, &c))
		got = append(got, c)
	}
	var want []seen
	for _, name := range []string{"client, newest era", "client, era of initialize", "sdk"} {
		want = append(want, seen{
			Name: name, Outcome: "callback", Status: "callback", Contact: "open", Tools: 7, Two: true, Foreign: true,
			Words: "Tell the customer: Nobody from our team is free right now. How can we reach you, by phone or e-mail?",
		})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
