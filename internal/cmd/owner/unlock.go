package main

import (
	"errors"
	"flag"
)

// unlock is what the function provision takes to let an owner sign in again.
type unlock struct {
	Action string `json:"action"`
	Email  string `json:"email"`
	TOTP   bool   `json:"totp,omitempty"`
}

// unlockFields are the names of options by the fields that refusals name.
var unlockFields = map[string]string{"email": "-unlock", "totp": "-totp"}

// wrongUnlock is what is wrong with the options of -unlock: options of an account that would
// do nothing are most often a mistake.
func (r *request) wrongUnlock(flags *flag.FlagSet) error {
	var wrong []error
	flags.Visit(func(f *flag.Flag) {
		if f.Name != "unlock" && f.Name != "totp" && f.Name != "function" {
			wrong = append(wrong, errors.New("-"+f.Name+" is of a new account, and -unlock makes none"))
		}
	})
	if fault := emailFault(r.unlock.Email); fault != "" {
		wrong = append(wrong, errors.New("-unlock "+fault))
	}
	return errors.Join(wrong...)
}

// set reports whether an option was given.
func set(flags *flag.FlagSet, name string) (is bool) {
	flags.Visit(func(f *flag.Flag) { is = is || f.Name == name })
	return is
}
