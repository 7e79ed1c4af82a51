package desk_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// The sessions of crash tests: the newcomer's phone and page.
const (
	phoneSession = "ses_phone"
	pageSession  = "ses_page"
)

// twoSessions has the newcomer online in two sessions, each with a device.
func twoSessions(st *stage) {
	m, err := st.world.CreateMember(st.world.ctx, st.world.admin, newcomer)
	must(st.world.t, err)
	st.sessionsOf = m.ID
	st.world.clock.Advance(time.Minute)
	for _, session := range []string{phoneSession, pageSession} {
		c := st.inSession(session)
		must(st.world.t, st.world.BeginSession(st.world.ctx, c, desk.Tokens{Session: session, SignedIn: c.SignedInAt}))
		_, err := st.world.PutDevice(st.world.ctx, c, desk.Device{ID: session, Platform: desk.FCM, Token: "token-" + session})
		must(st.world.t, err)
	}
	_, err = st.world.SetPresence(st.world.ctx, st.world.admin, m.ID, "online")
	must(st.world.t, err)
	st.world.clock.Advance(time.Minute)
}

// twentySessions has them in eighteen more.
func twentySessions(st *stage) {
	twoSessions(st)
	for n := range 18 {
		c := st.inSession(fmt.Sprint("ses_", n))
		must(st.world.t, st.world.BeginSession(st.world.ctx, c, desk.Tokens{Session: c.Session, SignedIn: c.SignedInAt}))
	}
}

// inSession is the newcomer in a session that began a minute after they came.
func (st *stage) inSession(id string) desk.Caller {
	return desk.Caller{MemberID: st.sessionsOf, AccountID: st.world.acc, Role: desk.RoleAdmin, Session: id, SignedInAt: newClock().Now().Add(time.Minute)}
}

// goesOn reports whether a bearer of the session is taken, and whether its device rings.
func (st *stage) goesOn(session string) (bearer, rings bool) {
	c := st.inSession(session)
	_, err := st.world.Caller(st.world.ctx, desk.Bearer{MemberID: c.MemberID, Session: session, SignedInAt: c.SignedInAt})
	devices, failed := st.world.Devices(st.world.ctx, c)
	must(st.world.t, failed)
	return err == nil, slices.ContainsFunc(devices, func(v desk.Device) bool { return v.ID == session })
}

// endingSessions are the operations that end sessions.
func endingSessions() []operation {
	over := func(sessions ...string) func(*stage) bool {
		return func(st *stage) bool {
			return !slices.ContainsFunc(sessions, func(s string) bool {
				bearer, rings := st.goesOn(s)
				return bearer || rings
			})
		}
	}
	op := func(name string, told func(*stage) bool, act action) operation {
		return operation{name: name, before: twoSessions, act: act, needs: "Write", told: told, outside: true}
	}
	return []operation{
		op("end a session", over(phoneSession), func(st *stage, d *desk.Desk) error {
			return d.EndSession(st.world.ctx, st.inSession(pageSession), phoneSession)
		}),
		op("end all sessions", over(phoneSession, pageSession), func(st *stage, d *desk.Desk) error {
			return d.EndSessions(st.world.ctx, st.world.admin, st.sessionsOf)
		}),
		{name: "begin one session too many", before: twentySessions, needs: "Write", told: over(phoneSession), act: func(st *stage, d *desk.Desk) error {
			c := st.inSession("ses_new")
			c.SignedInAt = st.world.clock.Now()
			return d.BeginSession(st.world.ctx, c, desk.Tokens{Session: c.Session, SignedIn: c.SignedInAt})
		}},
		op("sign out of a session", over(pageSession), func(st *stage, d *desk.Desk) error {
			return d.SignOut(st.world.ctx, st.inSession(pageSession), "token", "")
		}),
	}
}

// checkSessions checks that no device rings for a session that is over, and that none went
// without its session: one Write has both.
func (st *stage) checkSessions(note noter) {
	if st.sessionsOf == "" {
		return
	}
	for _, session := range []string{phoneSession, pageSession} {
		if bearer, rings := st.goesOn(session); bearer != rings {
			note("%s: its bearer is taken: %v, its device rings: %v", session, bearer, rings)
		}
	}
}
