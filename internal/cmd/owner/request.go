package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/email"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/passwords"
)

// request is that of the function provision: an account to make, an owner to unlock, or a
// platform to connect.
type request struct {
	function string
	account  account
	unlock   *unlock  // nil for anything else
	connect  *connect // likewise
}

// complete reports whether nothing is left to be asked for.
func (r *request) complete() bool { return r.unlock != nil || r.connect != nil }

// payload is what the function gets.
func (r *request) payload() any {
	switch {
	case r.unlock != nil:
		return r.unlock
	case r.connect != nil:
		return r.connect
	}
	return r.account
}

// account and owner are the function's payload.
type account struct {
	AccountName string `json:"accountName"`
	TimeZone    string `json:"timeZone"`
	Owner       owner  `json:"owner"`
}

type owner struct {
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	// EmailProved is the platform's word that the owner reads mail at the address.
	EmailProved bool `json:"emailProved,omitempty"`
}

// option is one of the command line: the field of the payload that it sets, and what is
// wrong with a value, if that can be said here.
type option struct {
	name, field, help string
	value             *string
	fault             func(string) string
}

// options are those that an account needs, in the order in which they are asked for.
func (r *request) options() []option {
	a := &r.account
	return []option{
		{"account", "accountName", "the business's name", &a.AccountName, nil},
		{"zone", "timeZone", "the business's time zone, like Asia/Kolkata", &a.TimeZone, hours.ZoneFault},
		{"first", "owner.firstName", "the owner's first name", &a.Owner.FirstName, nil},
		{"last", "owner.lastName", "the owner's last name", &a.Owner.LastName, nil},
		{"email", "owner.email", "the owner's e-mail", &a.Owner.Email, emailFault},
	}
}

// readArgs reads the command line. Words that belong to no option are most often a value
// whose quotes were forgotten, which would become a shorter name.
func readArgs(args []string, to io.Writer) (*request, error) {
	if len(args) > 0 && args[0] == "connect" {
		return readConnect(args[1:], to)
	}
	r := &request{}
	flags := flag.NewFlagSet("make owner ARGS='…'", flag.ContinueOnError)
	flags.SetOutput(to)
	r.functionOption(flags)
	for _, o := range r.options() {
		flags.StringVar(o.value, o.name, "", o.help)
	}
	flags.BoolVar(&r.account.Owner.EmailProved, "email-proved", false, "you know that the owner reads mail at this e-mail; else codes go there only once it is proved")
	u := unlock{Action: "unlock"}
	flags.StringVar(&u.Email, "unlock", "", "instead: the e-mail of an owner who was kept out by wrong tries, to let in again")
	flags.BoolVar(&u.TOTP, "totp", false, "with -unlock: also take the owner's second factor, whose phone is lost")
	if err := parse(flags, args); err != nil {
		return nil, err
	}
	switch {
	case set(flags, "unlock"):
		r.unlock = &u
		return r, r.wrongUnlock(flags)
	case u.TOTP:
		return nil, errors.New("-totp goes with -unlock, and nothing was done")
	}
	return r, nil
}

// functionOption is the option that all requests have.
func (r *request) functionOption(flags *flag.FlagSet) {
	flags.StringVar(&r.function, "function", "provision", "name or ARN of the function: connectnow-STAGE-provision")
}

// parse reads options, and nothing else.
func parse(flags *flag.FlagSet, args []string) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errors.New("these options are not understood, and nothing was done")
	}
	if rest := flags.Args(); len(rest) > 0 {
		return fmt.Errorf("left over: %s\nvalues with spaces stand in quotes: ARGS='-account \"Meera Shoes\" …'", strings.Join(rest, " "))
	}
	return nil
}

// unasked is what is wrong with the options of an account, all of it. One that is missing is asked for
// where somebody can be asked.
func (r *request) unasked(p *prompt) (wrong []error) {
	if r.complete() {
		return nil // seen when it was read
	}
	for _, o := range r.options() {
		switch fault := o.wrong(); {
		case *o.value == "" && !p.terminal:
			wrong = append(wrong, fmt.Errorf("-%s is missing: %s", o.name, o.help))
		case *o.value != "" && fault != "":
			wrong = append(wrong, fmt.Errorf("-%s %s", o.name, fault))
		}
	}
	return wrong
}

// wrong is what is wrong with the value, or nothing.
func (o option) wrong() string {
	if o.fault == nil {
		return ""
	}
	return o.fault(*o.value)
}

// ask asks for what is missing, the password last.
func (r *request) ask(p *prompt) error {
	if r.complete() {
		return nil
	}
	for _, o := range r.options() {
		if *o.value != "" {
			continue
		}
		var err error
		if *o.value, err = p.ask(o.help, o.fault); err != nil {
			return err
		}
	}
	var err error
	r.account.Owner.Password, err = p.ask("the owner's password", r.passwordFault)
	return err
}

func emailFault(s string) string {
	if normal, is := email.Normal(s); !is || utf8.RuneCountInString(normal) > email.Longest {
		return "must be an e-mail address"
	}
	return ""
}

// passwordFault judges the password as the function does, by name, e-mail and business too.
func (r *request) passwordFault(s string) string {
	o := r.account.Owner
	return strings.Join(passwords.Check(s, o.FirstName, o.LastName, o.Email, r.account.AccountName), "; ")
}
