package gateway

import "github.com/connectnow/backend/internal/api"

// Functions are all functions, by the names of their folders in functions/: those that
// serve routes and those behind events. It is the one list of them, for whoever deploys,
// runs or tests all. A main names its own maker, so that it links no other's.
func Functions() map[string]Maker {
	all := map[string]Maker{"escalate": Escalate, "provision": Provision, "timer": Timer, "mail": Mail, "shift": Shift, PagesFunction: Pages}
	for _, rt := range api.Routes() {
		all[rt.Function] = HTTP(rt.Function)
	}
	return all
}
