package gateway

import (
	"maps"
	"slices"

	"github.com/connectnow/backend/internal/api"
)

// MCPFunction is the function of assistants that speak the Model Context Protocol, and MCPRoute how
// API Gateway leads there: whatever the method is, since the function says which one it takes.
const (
	MCPFunction = "mcp"
	MCPRoute    = "ANY /mcp"
)

// Functions are the makers of functions, by the names of their folders in functions/: those
// that serve routes and those behind events. A main names its own maker, so that it links no
// other's. That of MCPFunction lies in package mcp, with all that it alone links.
func Functions() map[string]Maker {
	all := map[string]Maker{"escalate": Escalate, "provision": Provision, "timer": Timer, "mail": Mail, "shift": Shift, RefusalsFunction: Refusals, PagesFunction: Pages}
	for _, routes := range [][]api.Route{api.LoginRoutes(), api.TeamRoutes(), api.PresenceRoutes(), api.EscalationsRoutes(), api.CallbacksRoutes(), api.SettingsRoutes()} {
		all[routes[0].Function] = HTTP(routes)
	}
	return all
}

// Names are those of all functions. It is the one list of them, for whoever deploys or builds all.
func Names() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(Functions())), MCPFunction)))
}
