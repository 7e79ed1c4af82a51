package api

import (
	"context"
	"net/http"
	"slices"
)

// Who says who may call a route.
type Who string

// Who may call. Holder is any member to this package: whether the escalation or
// callback concerns the member is known, and held, by the desk alone.
const (
	Public  Who = "public"  // anyone, without a token
	Machine Who = "machine" // the platform, by its token of scope escalations/write
	Staff   Who = "staff"   // every member
	Admin   Who = "admin"   // the owner and admins
	Owner   Who = "owner"   // the owner alone
	Holder  Who = "holder"  // the member to whom it was offered, assigned or who claimed it
)

// Route is one call of the contract. Infra makes API Gateway's routes of it, and the
// authorizer is on all that are not Public.
type Route struct {
	Method   string
	Pattern  string // as in http.ServeMux and in API Gateway: /v1/members/{id}
	Who      Who
	Function string // the folder below functions/ that serves it

	handle handler
}

// handler answers a call that passed its route's Who. It returns what to send or what went
// wrong, and writes nothing itself: so a panic or an error half-way never leaves half an
// answer.
type handler func(ctx context.Context, q *call) (answer, error)

// The functions that serve routes, by their folders below functions/.
const (
	fnLogin       = "login"
	fnTeam        = "team"
	fnPresence    = "presence"
	fnEscalations = "escalations"
	fnCallbacks   = "callbacks"
	fnSettings    = "settings"
)

// The routes of each function. These are the only lists of what there is to call: a path that is
// in none is a 404 problem, whichever function it reaches. Each is a function, so that whoever
// serves one links no other's handlers.

// LoginRoutes are those of signing in and out, and of who has forgotten how.
func LoginRoutes() []Route {
	return []Route{
		{http.MethodPost, "/v1/login", Public, fnLogin, cookies(deviceCookie, login)},
		{http.MethodPost, "/v1/refresh", Public, fnLogin, cookies(refreshCookie, refresh)},
		{http.MethodPost, "/v1/logout", Public, fnLogin, cookies(refreshCookie, logout)},
		{http.MethodPost, "/v1/password/forgot", Public, fnLogin, forgotPassword},
		{http.MethodPost, "/v1/password/reset", Public, fnLogin, cookies(deviceCookie, resetPassword)},
		{http.MethodPut, "/v1/me/password", Staff, fnLogin, cookies(noCookie, putMyPassword)},
		{http.MethodGet, "/v1/me/sessions", Staff, fnLogin, listSessions},
		{http.MethodDelete, "/v1/me/sessions", Staff, fnLogin, deleteSessions},
		{http.MethodDelete, "/v1/me/sessions/{id}", Staff, fnLogin, deleteSession},
		{http.MethodPost, "/v1/me/totp", Staff, fnLogin, postTOTP},
		{http.MethodPost, "/v1/me/totp/confirm", Staff, fnLogin, confirmTOTP},
		{http.MethodDelete, "/v1/me/totp", Staff, fnLogin, deleteTOTP},
		{http.MethodDelete, "/v1/members/{id}/totp", Owner, fnLogin, deleteMembersTOTP},
		{http.MethodPut, "/v1/me/email", Staff, fnLogin, putMyEmail},
		{http.MethodPost, "/v1/me/email/confirm", Staff, fnLogin, confirmMyEmail},
		{http.MethodPost, "/v1/account/owner", Owner, fnLogin, postOwner},
		{http.MethodPost, "/v1/account/owner/confirm", Owner, fnLogin, confirmOwner},
	}
}

// TeamRoutes are those of members, their working hours and departments.
func TeamRoutes() []Route {
	return []Route{
		{http.MethodGet, "/v1/me", Staff, fnTeam, getMe},
		{http.MethodPatch, "/v1/me", Staff, fnTeam, patchMe},
		{http.MethodGet, "/v1/members", Admin, fnTeam, listMembers},
		{http.MethodPost, "/v1/members", Admin, fnTeam, once(createMember)},
		{http.MethodGet, "/v1/members/{id}", Admin, fnTeam, getMember},
		{http.MethodPatch, "/v1/members/{id}", Admin, fnTeam, patchMember},
		{http.MethodDelete, "/v1/members/{id}", Admin, fnTeam, deleteMember},
		{http.MethodPut, "/v1/members/{id}/password", Admin, fnTeam, putPassword},
		{http.MethodDelete, "/v1/members/{id}/sessions", Admin, fnTeam, deleteMemberSessions},
		{http.MethodGet, "/v1/me/working-hours", Staff, fnTeam, getMyWorkingHours},
		{http.MethodPut, "/v1/me/working-hours", Staff, fnTeam, putMyWorkingHours},
		{http.MethodDelete, "/v1/me/working-hours", Staff, fnTeam, deleteMyWorkingHours},
		{http.MethodGet, "/v1/members/{id}/working-hours", Admin, fnTeam, getWorkingHours},
		{http.MethodPut, "/v1/members/{id}/working-hours", Admin, fnTeam, putWorkingHours},
		{http.MethodDelete, "/v1/members/{id}/working-hours", Admin, fnTeam, deleteWorkingHours},
		{http.MethodGet, "/v1/members/{id}/working-hours/preview", Holder, fnTeam, getShiftPreview},
		{http.MethodGet, "/v1/departments", Staff, fnTeam, listDepartments},
		{http.MethodPost, "/v1/departments", Admin, fnTeam, once(createDepartment)},
		{http.MethodPatch, "/v1/departments/{id}", Admin, fnTeam, patchDepartment},
		{http.MethodDelete, "/v1/departments/{id}", Admin, fnTeam, deleteDepartment},
	}
}

// SeenRoute is where pushes that arrived are told of without a token.
const SeenRoute = "POST /v1/seen"

// PresenceRoutes are those of presence, devices and availability, and of pushes that arrived.
func PresenceRoutes() []Route {
	return []Route{
		{http.MethodPut, "/v1/me/presence", Staff, fnPresence, putMyPresence},
		{http.MethodPut, "/v1/members/{id}/presence", Admin, fnPresence, putPresence},
		{http.MethodGet, "/v1/me/devices", Staff, fnPresence, listDevices},
		{http.MethodPut, "/v1/me/devices/{deviceId}", Staff, fnPresence, putDevice},
		{http.MethodDelete, "/v1/me/devices/{deviceId}", Staff, fnPresence, deleteDevice},
		{http.MethodPost, "/v1/me/devices/{deviceId}/test", Staff, fnPresence, testDevice},
		{http.MethodPost, "/v1/seen", Public, fnPresence, postSeen},
		{http.MethodGet, "/v1/availability", Staff, fnPresence, getAvailability},
		{http.MethodGet, "/v1/departments/{id}/availability", Staff, fnPresence, getAvailability},
	}
}

// EscalationsRoutes are those of escalations, and of all that goes on now.
func EscalationsRoutes() []Route {
	return []Route{
		{http.MethodGet, "/v1/me/escalations", Staff, fnEscalations, listMyEscalations},
		{http.MethodGet, "/v1/live", Admin, fnEscalations, getLive},
		{http.MethodPost, "/v1/escalations", Machine, fnEscalations, postEscalation},
		{http.MethodGet, "/v1/escalations", Staff, fnEscalations, listEscalations},
		{http.MethodGet, "/v1/escalations/{id}", Holder, fnEscalations, getEscalation},
		{http.MethodPatch, "/v1/escalations/{id}", Holder, fnEscalations, patchEscalation},
		{http.MethodPost, "/v1/escalations/{id}/seen", Holder, fnEscalations, seeEscalation},
		{http.MethodPost, "/v1/escalations/{id}/accept", Holder, fnEscalations, acceptEscalation},
		{http.MethodPost, "/v1/escalations/{id}/decline", Holder, fnEscalations, declineEscalation},
		{http.MethodPost, "/v1/escalations/{id}/transfer", Holder, fnEscalations, transferEscalation},
		{http.MethodPost, "/v1/escalations/{id}/complete", Holder, fnEscalations, completeEscalation},
		{http.MethodGet, "/v1/escalations/{id}/routing", Admin, fnEscalations, listReceipts},
		{http.MethodPost, "/v1/drills", Admin, fnEscalations, once(postDrill)},
	}
}

// CallbacksRoutes are those of callbacks.
func CallbacksRoutes() []Route {
	return []Route{
		{http.MethodGet, "/v1/callbacks", Staff, fnCallbacks, listCallbacks},
		{http.MethodGet, "/v1/callbacks/{id}", Staff, fnCallbacks, getCallback},
		{http.MethodPost, "/v1/callbacks/{id}/claim", Staff, fnCallbacks, claimCallback},
		{http.MethodPost, "/v1/callbacks/{id}/release", Staff, fnCallbacks, releaseCallback},
		{http.MethodPost, "/v1/callbacks/{id}/attempts", Holder, fnCallbacks, once(postAttempt)},
		{http.MethodPost, "/v1/callbacks/{id}/complete", Holder, fnCallbacks, completeCallback},
		{http.MethodPost, "/v1/callbacks/{id}/dismiss", Holder, fnCallbacks, dismissCallback},
	}
}

// SettingsRoutes are those of the account and its assistant, and of this contract.
func SettingsRoutes() []Route {
	return []Route{
		{http.MethodGet, "/v1/account", Staff, fnSettings, getAccount},
		{http.MethodPatch, "/v1/account", Admin, fnSettings, patchAccount},
		{http.MethodGet, "/v1/assistant/connections", Admin, fnSettings, listConnections},
		{http.MethodDelete, "/v1/assistant/connections/{id}", Admin, fnSettings, deleteConnection},
		{http.MethodGet, "/v1/assistant", Admin, fnSettings, getAssistant},
		{http.MethodPut, "/v1/assistant", Admin, fnSettings, putAssistant},
		{http.MethodGet, "/v1/assistant/sentences", Admin, fnSettings, listSentences},
		{http.MethodPost, "/v1/assistant/decide", Admin, fnSettings, postDecide},
		{http.MethodGet, "/v1/assistant/keys", Admin, fnSettings, listAssistantKeys},
		{http.MethodPost, "/v1/assistant/keys", Admin, fnSettings, tellKey(once(createAssistantKey))},
		{http.MethodDelete, "/v1/assistant/keys/{id}", Admin, fnSettings, deleteAssistantKey},
		{http.MethodGet, "/v1/audit", Admin, fnSettings, listAudit},
		{http.MethodGet, "/v1/time-zones", Public, fnSettings, listTimeZones},
		{http.MethodGet, "/v1/openapi.yaml", Public, fnSettings, getOpenAPI},
		{http.MethodGet, "/v1/openapi.json", Public, fnSettings, getOpenAPIJSON},
	}
}

// Routes lists all routes. Infra, the sandbox and the test of the OpenAPI document read
// it.
func Routes() []Route {
	return slices.Concat(LoginRoutes(), TeamRoutes(), PresenceRoutes(), EscalationsRoutes(), CallbacksRoutes(), SettingsRoutes())
}

// paths are the methods of each path, as Allow lists them, for who asks by another method. They
// are those of Routes, as a test tells, but link no handler.
var paths = []struct{ pattern, methods string }{
	{"/v1/account", "GET, PATCH"},
	{"/v1/account/owner", "POST"},
	{"/v1/account/owner/confirm", "POST"},
	{"/v1/assistant", "GET, PUT"},
	{"/v1/assistant/connections", "GET"},
	{"/v1/assistant/connections/{id}", "DELETE"},
	{"/v1/assistant/decide", "POST"},
	{"/v1/assistant/keys", "GET, POST"},
	{"/v1/assistant/keys/{id}", "DELETE"},
	{"/v1/assistant/sentences", "GET"},
	{"/v1/audit", "GET"},
	{"/v1/availability", "GET"},
	{"/v1/callbacks", "GET"},
	{"/v1/callbacks/{id}", "GET"},
	{"/v1/callbacks/{id}/attempts", "POST"},
	{"/v1/callbacks/{id}/claim", "POST"},
	{"/v1/callbacks/{id}/complete", "POST"},
	{"/v1/callbacks/{id}/dismiss", "POST"},
	{"/v1/callbacks/{id}/release", "POST"},
	{"/v1/departments", "GET, POST"},
	{"/v1/departments/{id}", "DELETE, PATCH"},
	{"/v1/departments/{id}/availability", "GET"},
	{"/v1/drills", "POST"},
	{"/v1/escalations", "GET, POST"},
	{"/v1/escalations/{id}", "GET, PATCH"},
	{"/v1/escalations/{id}/accept", "POST"},
	{"/v1/escalations/{id}/complete", "POST"},
	{"/v1/escalations/{id}/decline", "POST"},
	{"/v1/escalations/{id}/routing", "GET"},
	{"/v1/escalations/{id}/seen", "POST"},
	{"/v1/escalations/{id}/transfer", "POST"},
	{"/v1/live", "GET"},
	{"/v1/login", "POST"},
	{"/v1/logout", "POST"},
	{"/v1/me", "GET, PATCH"},
	{"/v1/me/devices", "GET"},
	{"/v1/me/devices/{deviceId}", "DELETE, PUT"},
	{"/v1/me/devices/{deviceId}/test", "POST"},
	{"/v1/me/email", "PUT"},
	{"/v1/me/email/confirm", "POST"},
	{"/v1/me/escalations", "GET"},
	{"/v1/me/password", "PUT"},
	{"/v1/me/presence", "PUT"},
	{"/v1/me/sessions", "DELETE, GET"},
	{"/v1/me/sessions/{id}", "DELETE"},
	{"/v1/me/totp", "DELETE, POST"},
	{"/v1/me/totp/confirm", "POST"},
	{"/v1/me/working-hours", "DELETE, GET, PUT"},
	{"/v1/members", "GET, POST"},
	{"/v1/members/{id}", "DELETE, GET, PATCH"},
	{"/v1/members/{id}/password", "PUT"},
	{"/v1/members/{id}/presence", "PUT"},
	{"/v1/members/{id}/sessions", "DELETE"},
	{"/v1/members/{id}/totp", "DELETE"},
	{"/v1/members/{id}/working-hours", "DELETE, GET, PUT"},
	{"/v1/members/{id}/working-hours/preview", "GET"},
	{"/v1/openapi.json", "GET"},
	{"/v1/openapi.yaml", "GET"},
	{"/v1/password/forgot", "POST"},
	{"/v1/password/reset", "POST"},
	{"/v1/refresh", "POST"},
	{"/v1/seen", "POST"},
	{"/v1/time-zones", "GET"},
}
