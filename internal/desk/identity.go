package desk

import (
	"time"

	"github.com/connectnow/backend/internal/keys"
)

// Tokens are the answer to a sign-in. A refresh gives no refresh token: the one that was
// sent stays good.
type Tokens struct {
	// AccessToken is the member's bearer. Its name is the contract's; it is an ID token, which
	// opens this API and nothing at the identity provider.
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken,omitempty"`
	ExpiresIn    int    `json:"expiresIn"` // seconds of the bearer, 3600

	// What the bearer says of its member, as the identity that made it knows. Callers are not
	// told.
	MemberID string    `json:"-"`
	Session  string    `json:"-"` // see SessionID
	SignedIn time.Time `json:"-"` // in whole seconds
}

// Bearer gives what a request with the bearer of t would show.
func (t Tokens) Bearer() Bearer {
	return Bearer{MemberID: t.MemberID, Session: t.Session, SignedInAt: t.SignedIn}
}

// Bearer is what a member's token says, once somebody has checked it: who calls, in which
// session, and when that began. What the member may do it does not say.
type Bearer struct {
	MemberID   string
	Session    string // empty for a token that names none
	SignedInAt time.Time
	Ahead      Ahead // what the call reads first
}

// Clients are the clients of the identity provider whose tokens are taken. None is taken of a
// client that is empty here.
type Clients struct {
	// Members is the client of today. Its bearer is the ID token.
	Members string
	// Released is the client of the release before. Sessions of its go on, and so its access
	// tokens are bearers as well: those that were handed out then live for an hour.
	Released string
	// Machine is the platform's client. It has tokens of its own scope, and no member's.
	Machine string
}

// SessionID makes the id of a session of what its tokens have in common, the claim
// origin_jti. It is a hash, since whoever sees the list of sessions need not know what
// stands in tokens. A token that names no session gives none.
func SessionID(originJTI string) string {
	if originJTI == "" {
		return ""
	}
	return keys.DerivedID("ses_", originJTI)
}

// What identities answer, the same words from all of them, so that nobody can tell by
// them whether a user is there.
var (
	// ErrWrongPair is a password that is not the member's, or a member who is not there.
	ErrWrongPair = &Problem{
		Class: Unauthorized, Name: "wrong-credentials", Title: "Not signed in",
		Detail: "E-mail or password is wrong.",
	}
	// ErrBadToken is a refresh token that is unknown, expired or revoked.
	ErrBadToken = &Problem{
		Class: Unauthorized, Name: "bad-token", Title: "Not signed in",
		Detail: "The token is not valid, or not any more.",
	}
	// ErrWrongCode is a code that is not the last one sent, or is old or used.
	ErrWrongCode = &Problem{
		Class: Unauthorized, Name: "wrong-code", Title: "Wrong code",
		Detail: "The code is not the one that was sent, or no longer valid.",
	}
	// ErrTooManyTries is what follows passwords or codes that were wrong too often, and
	// codes that were asked for too often.
	ErrTooManyTries = &Problem{
		Class: TooMany, Name: "too-many-tries", Title: "Too many tries",
		Detail: "That was tried too often. Wait a little and try again.",
	}
	// ErrNoUser is a change to a member who has no sign-in.
	ErrNoUser = &Problem{
		Class: NotFound, Name: "not-found", Title: "Not found", Detail: "There is no such user.",
	}
)
