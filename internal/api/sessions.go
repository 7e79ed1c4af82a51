package api

import "context"

// listSessions shows where the caller is signed in, so that they can find a sign-in that is
// not theirs.
func listSessions(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Sessions(ctx, q.caller))
}

// deleteSession signs out elsewhere, or here: no bearer of the session is good any more.
func deleteSession(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.EndSession(ctx, q.caller, q.id()))
}

// deleteSessions signs out everywhere, and so here.
func deleteSessions(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.EndSessions(ctx, q.caller, q.caller.MemberID))
}

// deleteMemberSessions signs somebody else out everywhere, as for a phone that was lost.
func deleteMemberSessions(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.EndSessions(ctx, q.caller, q.id()))
}
