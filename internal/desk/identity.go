package desk

// Tokens are the answer to a sign-in. A refresh gives no refresh token: the one that was
// sent stays good.
type Tokens struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken,omitempty"`
	ExpiresIn    int    `json:"expiresIn"` // seconds of the access token, 3600
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
