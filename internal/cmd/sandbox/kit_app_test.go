package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// app is the agents' app while it runs, and does what docs/mobile.md asks of one. What is in it is
// gone when it is killed; what outlives it lies with its phone. It does one thing at a time, as
// on a main thread: when its phone is given a push, when an alarm goes off, and when somebody
// taps.
type app struct {
	phone  *phone
	bearer string
	offers map[offerKey]*ring // those that ring
	works  map[string]bool    // accepted escalations
	heard  []heard            // what the agent has heard and seen since somebody looked
	glance func()             // gives the next look up
}

// keychain is what the app keeps where no backup takes it to another phone.
type keychain struct {
	deviceID, memberID         string
	refreshToken, deviceSecret string
}

// offerKey is what tells an offer from all others.
type offerKey struct {
	escalation string
	number     int
}

// ring is an offer that rings, or is shown and silent in its last moment.
type ring struct {
	callID string // by which CallKit knows it
	silent bool
	giveUp func()
}

// heard is what an agent notices of the app.
type heard struct {
	what    string // rings, waits, stops, works, shows or asks for the password
	offer   offerKey
	seconds int    // for which it will ring
	why     string // it stops
	callID  string // by which CallKit knows it
	text    string // that is shown
}

// longestRing is as long as any account can have phones ring.
const longestRing = 120

// hear notes what the agent notices.
func (a *app) hear(h heard) { a.heard = append(a.heard, h) }

// ask sends a request; status 0 stands for no network.
func (a *app) ask(method, path, token string, body any) (status int, answer []byte) {
	if a.phone.cut {
		return 0, nil
	}
	a.phone.asked[path]++
	return a.phone.w.do(method, path, token, body)
}

// call asks as the member; where the bearer is not good it is refreshed once, and the call made
// again. Status 0 stands for no network and for no token.
func (a *app) call(method, path string, body, answer any) (status int) {
	if a.bearer == "" && !a.refresh() {
		return 0
	}
	status, text := a.ask(method, path, a.bearer, body)
	if status == http.StatusUnauthorized && a.refresh() {
		status, text = a.ask(method, path, a.bearer, body)
	}
	if answer != nil && len(text) > 0 {
		if err := json.Unmarshal(text, answer); err != nil {
			a.phone.w.t.Errorf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return status
}

// refresh gets a new bearer. A session that has ended takes the tokens with it.
func (a *app) refresh() bool {
	keys := &a.phone.keychain
	if a.phone.locked || keys.refreshToken == "" {
		return false
	}
	status, text := a.ask("POST", "/v1/refresh", "", map[string]string{"refreshToken": keys.refreshToken})
	var in struct{ AccessToken string }
	switch {
	case status == http.StatusUnauthorized:
		a.bearer, keys.refreshToken = "", ""
		a.hear(heard{what: "asks for the password"})
		return false
	case status != http.StatusOK || json.Unmarshal(text, &in) != nil:
		return false
	}
	a.bearer = in.AccessToken
	return true
}

// signIn asks with the e-mail and the password, and the secret of this installation.
func (a *app) signIn(email, password string) (status int) {
	keys := &a.phone.keychain
	status, text := a.ask("POST", "/v1/login", "", map[string]string{
		"email": email, "password": password, "deviceName": keys.deviceID, "deviceSecret": keys.deviceSecret,
	})
	var in struct {
		AccessToken, RefreshToken, DeviceSecret string
		Member                                  struct{ ID string }
	}
	if status == http.StatusOK && json.Unmarshal(text, &in) == nil {
		a.bearer, keys.refreshToken, keys.deviceSecret, keys.memberID = in.AccessToken, in.RefreshToken, in.DeviceSecret, in.Member.ID
	}
	return status
}

// signOut leaves the session and this device. The secret stays for the next sign-in.
func (a *app) signOut() (status int) {
	keys := &a.phone.keychain
	status, _ = a.ask("POST", "/v1/logout", "", map[string]string{"refreshToken": keys.refreshToken, "deviceId": keys.deviceID})
	a.bearer, keys.refreshToken = "", ""
	return status
}

// register tells of this phone, with all tokens that it has.
func (a *app) register() (status int) {
	p := a.phone
	body := map[string]string{"platform": p.platform, "token": p.token}
	if p.voipToken != "" {
		body["voipToken"] = p.voipToken
	}
	return a.call("PUT", "/v1/me/devices/"+p.keychain.deviceID, body, nil)
}

// arrival is a push as the app is given it.
type arrival struct {
	VoIP    bool
	Payload json.RawMessage
}

// fields are the values of a push, and the words of an alert.
func (p arrival) fields() map[string]string {
	fields := map[string]string{}
	var all map[string]json.RawMessage
	var aps struct{ Alert struct{ Title, Body string } }
	_ = json.Unmarshal(p.Payload, &all) // what cannot be read is a push of an unknown kind
	for name, raw := range all {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			fields[name] = text
		}
	}
	if json.Unmarshal(all["aps"], &aps) == nil && aps.Alert.Title != "" {
		fields["title"], fields["body"] = aps.Alert.Title, aps.Alert.Body
	}
	return fields
}

// offerOf is the offer that a push is about.
func offerOf(fields map[string]string) offerKey {
	number, _ := strconv.Atoi(fields["offer"]) // 0 of a push that is about none
	return offerKey{fields["escalationId"], number}
}

// get takes a push, which is a hint: after each the app looks.
func (a *app) get(p arrival) {
	fields := p.fields()
	switch key := offerOf(fields); fields["kind"] {
	case "offer":
		a.offered(key, fields, p.VoIP)
	case "offerWithdrawn":
		a.stop(key, "withdrawn")
	default:
		a.hear(heard{what: "shows", text: fields["title"] + ": " + fields["body"]})
	}
	a.look()
}

// offered rings for an offer that neither rings nor has ended, and says that it was seen. Of a
// call iOS wants to be told before anything else, also of one that rings or must not ring.
func (a *app) offered(key offerKey, fields map[string]string, voip bool) {
	keys := a.phone.keychain
	seconds, _ := strconv.Atoi(fields["ringingSeconds"])
	r, nobody := a.offers[key], keys.refreshToken == "" && !a.phone.locked
	rings, over := r != nil && !r.silent, a.phone.over[key] || r != nil && r.silent
	switch {
	case rings && voip:
		a.report(key, seconds, fields["callId"])
		return
	case rings || (over || nobody) && !voip:
		return
	}
	a.ring(key, min(seconds, longestRing), fields["callId"])
	switch {
	case over:
		a.stop(key, "over")
	case nobody:
		a.stop(key, "nobody is signed in")
	default:
		a.seen(key, fields)
	}
}

// seen says that the push arrived; by its proof where no token is at hand.
func (a *app) seen(key offerKey, fields map[string]string) {
	status := a.call("POST", "/v1/escalations/"+key.escalation+"/seen", map[string]int{"offer": key.number}, nil)
	switch status {
	case 0:
		a.ask("POST", "/v1/seen", "", map[string]string{"escalationId": fields["escalationId"], "offer": fields["offer"], "proof": fields["proof"]})
	case http.StatusConflict:
		a.stop(key, "gone")
	}
}

// report tells CallKit of a call, or the app's own screen of any offer. CallKit rings once for
// each UUID, and says of one that rings that it exists.
func (a *app) report(key offerKey, seconds int, callID string) {
	if r := a.offers[key]; r == nil || r.callID != callID {
		a.hear(heard{what: "rings", offer: key, seconds: seconds, callID: callID})
	}
}

// ring rings for so many seconds, by the clock that nobody sets.
func (a *app) ring(key offerKey, seconds int, callID string) {
	a.report(key, seconds, callID)
	a.offers[key] = &ring{callID: callID, giveUp: func() {}}
	a.countDown(key, seconds)
	a.lookSoon()
}

// countDown has what rings stop after so many seconds, whatever comes.
func (a *app) countDown(key offerKey, seconds int) {
	r := a.offers[key]
	r.giveUp()
	if seconds <= 0 {
		a.stop(key, "time")
		return
	}
	r.giveUp = a.after(time.Duration(seconds)*time.Second, func() { a.stop(key, "time") })
}

// stop ends the ringing of an offer, if it rings, and remembers that it has ended.
func (a *app) stop(key offerKey, why string) {
	if r := a.offers[key]; r != nil {
		r.giveUp()
		delete(a.offers, key)
		a.hear(heard{what: "stops", offer: key, why: why})
	}
	a.phone.over[key] = true
}

// after does something in a while, unless the app is gone by then.
func (a *app) after(d time.Duration, do func()) (giveUp func()) {
	return a.phone.w.clock.after(d, func() {
		if a.phone.app == a {
			do()
		}
	})
}

// lookSoon looks in a few seconds while anything rings, and else in a minute.
func (a *app) lookSoon() {
	a.glance()
	wait := time.Minute
	if len(a.offers) > 0 {
		wait = 3 * time.Second
	}
	a.glance = a.after(wait, a.look)
}

// look asks what is true: what rings, for how long it still does, and what this agent works at.
func (a *app) look() {
	defer a.lookSoon()
	var mine struct {
		Items []struct {
			ID    string
			Offer *struct {
				Number, RingingSeconds int
				CallID, MemberID       string
			}
			AssignedTo *struct{ ID string }
		}
	}
	if a.call("GET", "/v1/me/escalations", nil, &mine) != http.StatusOK {
		return
	}
	stand, works, me := map[offerKey]bool{}, map[string]bool{}, a.phone.keychain.memberID
	for _, it := range mine.Items {
		if o := it.Offer; o != nil && o.MemberID == me {
			key := offerKey{it.ID, o.Number}
			stand[key] = true
			a.found(key, o.RingingSeconds, o.CallID)
		}
		if it.AssignedTo != nil && it.AssignedTo.ID == me {
			if works[it.ID] = true; !a.works[it.ID] {
				a.hear(heard{what: "works", offer: offerKey{escalation: it.ID}})
			}
		}
	}
	a.works = works
	for key := range a.offers {
		if !stand[key] {
			a.stop(key, "look")
		}
	}
}

// found goes on with what rings, and begins with what this phone has not yet answered or seen
// end.
func (a *app) found(key offerKey, seconds int, callID string) {
	r := a.offers[key]
	switch {
	case r != nil && !r.silent:
		a.countDown(key, seconds)
	case r != nil || a.phone.over[key]:
	case seconds > 0:
		a.ring(key, seconds, callID)
	default: // it stands a last moment, and may be accepted
		a.offers[key] = &ring{silent: true, giveUp: func() {}}
		a.hear(heard{what: "waits", offer: key})
	}
}

// answered is what comes of accepting: the escalation, or who has it.
type answered struct {
	status       int
	State        string
	Type         string
	Conversation json.RawMessage
	Connect      *struct{ URL string }
	TakenBy      *struct{ ID, FirstName string }
}

// accept answers an offer, also one that has just stopped to ring: the server decides.
func (a *app) accept(key offerKey) answered {
	var got answered
	got.status = a.call("POST", "/v1/escalations/"+key.escalation+"/accept",
		map[string]any{"offer": key.number, "deviceId": a.phone.keychain.deviceID}, &got)
	switch got.status {
	case http.StatusOK:
		a.works[key.escalation] = true
		a.stop(key, "accepted")
	case http.StatusConflict:
		a.stop(key, "gone")
	}
	return got
}

// decline passes an offer on.
func (a *app) decline(key offerKey) (status int) {
	a.stop(key, "declined")
	return a.call("POST", "/v1/escalations/"+key.escalation+"/decline",
		map[string]any{"offer": key.number, "deviceId": a.phone.keychain.deviceID}, nil)
}
