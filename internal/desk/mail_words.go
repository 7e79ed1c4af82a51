package desk

import "strings"

// Subject is the letter's first line.
func (l Letter) Subject() string { return l.filled(lettersInEnglish[l.Kind].subject) }

// Text is the letter's body, plain and in lines of any length.
func (l Letter) Text() string { return l.filled(lettersInEnglish[l.Kind].text) }

func (l Letter) filled(s string) string {
	return strings.NewReplacer("{code}", l.Code, "{name}", l.Name).Replace(s)
}

// letterWords are the subject of a letter and its text. {code} and {name} stand for what the letter
// has. Letters name no business and greet nobody by name: an address may be somebody else's.
type letterWords struct{ subject, text string }

// lettersInEnglish are plain text, so that nothing in them can be clicked or loaded.
var lettersInEnglish = map[LetterKind]letterWords{
	LetterReset: {
		"Your code for a new password: {code}",
		"The code is {code}. It sets a new password for ConnectNow, once, within 15 minutes.\n\n" +
			"If you did not ask for it, you need to do nothing: without the code your password stays as it is. Tell the code to nobody.",
	},
	LetterEmail: {
		"Your code to confirm this address: {code}",
		"The code is {code}. It makes this the address by which you sign in to ConnectNow. It is good once, within 15 minutes.\n\n" +
			"If you did not ask for it, you need to do nothing. Tell the code to nobody.",
	},
	LetterOwner: {
		"Your code to hand the account over: {code}",
		"The code is {code}. It makes {name} the owner of your account at ConnectNow, once, within 15 minutes.\n\n" +
			"If you did not ask for it, somebody else knows your password: set a new one now, and tell the code to nobody.",
	},
	LetterEmailAsked: {
		"Somebody asked to change your address",
		"Somebody who knows your password asked to sign in to ConnectNow by another address than this. So far nothing has changed.\n\n" +
			"If that was not you, set a new password now.",
	},
	LetterEmailChanged: {
		"You no longer sign in by this address",
		"Your address for signing in to ConnectNow was changed to another one.\n\n" +
			"If that was neither you nor an admin whom you asked, tell an admin of your account at once.",
	},
	LetterEmailTaken: {
		"This address signs in already",
		"Somebody asked to sign in to ConnectNow by this address, but you do already. Nothing has changed.\n\n" +
			"If that was you: sign in by this address, or choose another.",
	},
	LetterOwnerChanged: {
		"The account has a new owner",
		"{name} is now the owner of your account at ConnectNow.\n\n" +
			"If that was not meant to be, turn to whoever runs ConnectNow for you at once.",
	},
	LetterTOTPSet: {
		"Signing in asks for a code now",
		"Whoever signs in to ConnectNow as you needs the code of an authenticator app from now on, beside your password.\n\n" +
			"If that was not you, somebody else knows your password: turn to the owner of your account, or to whoever runs ConnectNow " +
			"for you, at once.",
	},
	LetterTOTPTaken: {
		"Your second factor was taken away",
		"You now sign in to ConnectNow by your password alone: the code of an authenticator app is no longer asked for. " +
			"Set up another when you have signed in.\n\n" +
			"If you did not ask for that, set a new password now, and turn to the owner of your account or to whoever runs ConnectNow for you.",
	},
	LetterDisplaced: {
		"A member can no longer sign in",
		"Somebody else has shown that the address by which {name} signed in to ConnectNow is theirs. {name} is still a member of your " +
			"account, and can sign in again once an admin gives them another address.",
	},
}
