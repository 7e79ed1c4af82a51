package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/totp"
)

// A second factor is begun, which gives a secret, and holds from the moment on at which a
// code made of it was typed: an app that scanned nothing locks nobody out. Whoever has it
// signs in with the password and a code, or with one of the recovery codes, each of which is
// good once.
const (
	totpWithin    = 15 * time.Minute   // from the secret to the first code
	totpGrace     = 7 * 24 * time.Hour // for owner and admins, once their account asks for it
	recoveryCodes = 10
	recoverySize  = 10 // characters of base32: 50 bits
)

// secondFactor is a member's authenticator app, as stored in the profile. Secrets are sealed
// by the deployment's key and codes hashed with it: a table that somebody reads gives
// neither away.
type secondFactor struct {
	Secret   []byte   `json:"s"`
	Used     int64    `json:"u,omitempty"` // the last step whose code was taken
	Recovery [][]byte `json:"r,omitempty"` // those not used yet
}

// newFactor is one that was begun.
type newFactor struct {
	Secret []byte `json:"s"`
	Until  int64  `json:"at"`
}

// TOTPSetup is what an authenticator app needs: the secret to type, or the URI of a QR code.
type TOTPSetup struct {
	Secret string `json:"secret"` // base32, 32 characters
	URI    string `json:"uri"`    // otpauth://totp/…
}

// ErrOTPRequired is what follows a right password without the second factor's code, or with
// a wrong one or one that was used.
var ErrOTPRequired = &Problem{
	Class: Unauthorized, Name: "otp-required", Title: "A code is needed",
	Detail: "Send the code that the authenticator app shows now, or a recovery code, as otp.",
}

var (
	errWrongOTP = []FieldError{{"otp", "is not the code that the app shows now, or was used already"}}
	errNoFactor = conflict("no-totp", "No second factor", "There is no second factor to take away.")
)

// BeginTOTP gives the caller a secret for their authenticator app. Beginning again gives
// another. Problems are invalid of currentPassword, and the conflict totp-on where a second
// factor holds: it is taken away first, with a code of it.
func (d *Desk) BeginTOTP(ctx context.Context, c Caller, current string) (TOTPSetup, error) {
	if err := d.holdsPassword(ctx, c, current); err != nil {
		return TOTPSetup{}, err
	}
	secret, err := totp.NewSecret(d.Random)
	if err != nil {
		return TOTPSetup{}, err
	}
	sealed, err := d.seal(ctx, c.MemberID, secret)
	if err != nil {
		return TOTPSetup{}, err
	}
	a, err := d.readAccount(ctx, c.AccountID)
	if err != nil {
		return TOTPSetup{}, err
	}
	f, err := update(ctx, d, keys.Profile(c.MemberID), func(f *stored[profile]) (bool, []table.Op, error) {
		switch {
		case !f.value.ready():
			return false, nil, denied()
		case f.value.Factor != nil:
			return false, nil, conflict("totp-on", "There is a second factor", "Take the second factor away before you set up another.")
		}
		f.value.NewFactor = &newFactor{Secret: sealed, Until: millis(d.Now().Add(totpWithin))}
		return true, nil, nil
	})
	return TOTPSetup{Secret: totp.Text(secret), URI: totp.URI(a.value.Name, f.Email, secret)}, err
}

// ConfirmTOTP has the second factor hold from now on, and gives the recovery codes, which
// are shown this once. Problem invalid of otp for a wrong code, too-many-tries, and the
// conflict no-totp where none was begun within a quarter of an hour.
func (d *Desk) ConfirmTOTP(ctx context.Context, c Caller, otp string) ([]string, error) {
	codes, hashes, err := d.newRecovery(ctx, c.MemberID)
	if err != nil {
		return nil, err
	}
	err = d.try(ctx, c.factorTry(), func() error { return d.holdFactor(ctx, c, otp, hashes) })
	if errors.Is(err, ErrOTPRequired) {
		err = Invalids(errWrongOTP)
	}
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// factorTry is a try at the second factor of whoever is signed in. All sessions have ten an hour
// together: who knows the password makes another session by changing it.
func (c Caller) factorTry() guess {
	return guess{what: triesCode, account: c.AccountID, name: c.MemberID, device: "second-factor"}
}

// holdFactor has the second factor hold that was begun, by a code of it. Its member hears of it:
// somebody else who knows the password could keep them out by one.
func (d *Desk) holdFactor(ctx context.Context, c Caller, otp string, recovery [][]byte) error {
	n, err := d.announceLetters(ctx, c.AccountID, c.MemberID, 1)
	if err != nil {
		return err
	}
	to, language, err := d.signInAddress(ctx, c.MemberID)
	if err != nil {
		return err
	}
	letter := Letter{Kind: LetterTOTPSet, To: to, Language: language}
	_, err = update(ctx, d, keys.Profile(c.MemberID), func(f *stored[profile]) (bool, []table.Op, error) {
		begun := f.value.NewFactor
		if !f.value.ready() || begun == nil || millis(d.Now()) > begun.Until {
			return false, nil, conflict("no-totp", "No second factor", "Ask for a secret first: one is good for a quarter of an hour.")
		}
		secret, err := d.unseal(ctx, c.MemberID, begun.Secret)
		if err != nil {
			return false, nil, err
		}
		step, ok := totp.Match(secret, typedOTP(otp), d.Now(), 0)
		if !ok {
			return false, nil, ErrOTPRequired
		}
		f.value.Factor, f.value.NewFactor = &secondFactor{Secret: begun.Secret, Used: step, Recovery: recovery}, nil
		ops := n.written(d, letter)
		return true, append(ops, d.audit(c.AccountID, c.MemberID, auditMemberTOTP, c.MemberID, edited("totp", false, true))), nil
	})
	return err
}

// EndTOTP takes the caller's second factor away, by the password and a code of it. Problems
// are invalid of currentPassword or otp, too-many-tries, and the conflict no-totp.
func (d *Desk) EndTOTP(ctx context.Context, c Caller, current, otp string) error {
	if err := d.holdsPassword(ctx, c, current); err != nil {
		return err
	}
	err := d.try(ctx, c.factorTry(), func() error {
		return d.changeFactor(ctx, c.MemberID, func(f *profile) ([]table.Op, error) {
			if f.Factor == nil {
				return nil, errNoFactor
			}
			if _, err := d.takeOTP(ctx, c.MemberID, f.Factor, otp); err != nil {
				return nil, err
			}
			f.Factor = nil
			return []table.Op{d.audit(c.AccountID, c.MemberID, auditMemberTOTP, c.MemberID, edited("totp", true, false))}, nil
		})
	})
	if errors.Is(err, ErrOTPRequired) {
		return Invalids(errWrongOTP)
	}
	return err
}

// TakeTOTP takes the second factor of a member whose phone is lost. That is the owner's to
// do, and the owner's own is taken by whoever runs the deployment: by is nobody of the account
// then, see Unlock. The member gets a letter, since it may not have been they who asked.
// Problems are not-found, owner and the conflict no-totp.
func (d *Desk) TakeTOTP(ctx context.Context, by Caller, id string) error {
	if by.MemberID == id {
		return conflict("owner", "Your own", "One's own second factor is taken away at /v1/me/totp, with a code of it.")
	}
	n, err := d.announceLetters(ctx, by.AccountID, id, 1)
	if err != nil {
		return err
	}
	return d.changeFactor(ctx, id, func(f *profile) ([]table.Op, error) {
		switch {
		case f.Account != by.AccountID:
			return nil, notFound("member")
		case f.Factor == nil:
			return nil, errNoFactor
		}
		to, language, err := d.signInAddress(ctx, id)
		if err != nil {
			return nil, err
		}
		f.Factor, f.NewFactor = nil, nil
		ops := n.written(d, Letter{Kind: LetterTOTPTaken, To: to, Language: language})
		return append(ops, d.audit(f.Account, by.MemberID, auditMemberTOTP, id, edited("totp", true, false))), nil
	})
}

// changeFactor changes the profile of a member who is there; else it is problem not-found.
func (d *Desk) changeFactor(ctx context.Context, id string, change func(f *profile) ([]table.Op, error)) error {
	_, err := update(ctx, d, keys.Profile(id), func(f *stored[profile]) (bool, []table.Op, error) {
		if !f.value.ready() {
			return false, nil, notFound("member")
		}
		if f.value.Factor != nil { // what a try before read stays as it was
			factor := *f.value.Factor
			f.value.Factor = &factor
		}
		ops, err := change(&f.value)
		return err == nil, ops, err
	})
	return err
}

// passFactor asks for the second factor of a member who has one, after a right password. The
// code is spent by it. Problem ErrOTPRequired.
func (d *Desk) passFactor(ctx context.Context, c Caller, otp string) error {
	return d.changeFactor(ctx, c.MemberID, func(f *profile) ([]table.Op, error) {
		if f.Factor == nil {
			return nil, nil // taken away meanwhile
		}
		recovered, err := d.takeOTP(ctx, c.MemberID, f.Factor, otp)
		if err != nil || !recovered {
			return nil, err
		}
		left := len(f.Factor.Recovery)
		return []table.Op{d.audit(c.AccountID, c.MemberID, auditMemberTOTP, c.MemberID, edited("recoveryCodes", left+1, left))}, nil
	})
}

// takeOTP spends a code of the app, or a recovery code.
func (d *Desk) takeOTP(ctx context.Context, member string, s *secondFactor, otp string) (recovered bool, err error) {
	secret, err := d.unseal(ctx, member, s.Secret)
	if err != nil {
		return false, err
	}
	otp = typedOTP(otp)
	if step, ok := totp.Match(secret, otp, d.Now(), s.Used); ok {
		s.Used = step
		return false, nil
	}
	hash, err := d.hashRecovery(ctx, member, otp)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(s.Recovery, func(known []byte) bool { return hmac.Equal(known, hash) })
	if i < 0 {
		return false, ErrOTPRequired
	}
	s.Recovery = slices.Delete(slices.Clone(s.Recovery), i, i+1)
	return true, nil
}

// typedOTP forgives how people type codes: 123 456, or a recovery code in capitals.
func typedOTP(otp string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(otp))
}

// newRecovery makes recovery codes, like k7qz3-mfa2c, and their hashes.
func (d *Desk) newRecovery(ctx context.Context, member string) (codes []string, hashes [][]byte, err error) {
	for range recoveryCodes {
		random := make([]byte, recoverySize) // of which each gives a character
		if _, err := io.ReadFull(d.Random, random); err != nil {
			return nil, nil, fmt.Errorf("drawing a recovery code: %w", err)
		}
		code := strings.ToLower(base32.StdEncoding.EncodeToString(random)[:recoverySize])
		hash, err := d.hashRecovery(ctx, member, code)
		if err != nil {
			return nil, nil, err
		}
		codes, hashes = append(codes, code[:recoverySize/2]+"-"+code[recoverySize/2:]), append(hashes, hash)
	}
	return codes, hashes, nil
}

func (d *Desk) hashRecovery(ctx context.Context, member, code string) ([]byte, error) {
	key, err := d.key(ctx, "recovery codes")
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(member + "/" + code))
	return mac.Sum(nil)[:16], nil
}

// FactorDue is the problem totp-required for an owner or admin whose account asks for a
// second factor and who has had seven days to set one up. It costs a read for managers
// without one alone.
func (d *Desk) FactorDue(ctx context.Context, c Caller) error {
	if !c.Role.Manages() || c.Factor {
		return nil
	}
	a, err := d.readAccount(ctx, c.AccountID)
	if err != nil || a.value.TOTPSince == 0 {
		return err
	}
	if since := max(a.value.TOTPSince, c.ManagesSince); d.Now().Before(instant(since).Add(totpGrace)) {
		return nil
	}
	return &Problem{
		Class: Forbidden, Name: "totp-required", Title: "A second factor is needed",
		Detail: "Owner and admins of this account sign in with a second factor. Set one up at /v1/me/totp.",
	}
}
