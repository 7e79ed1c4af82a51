package local

import (
	"errors"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

// lastCode is the last code sent to Asha.
func lastCode(t *testing.T, i *Identity) string {
	t.Helper()
	if err := i.SendCode(t.Context(), "mem_asha"); err != nil {
		t.Fatal(err)
	}
	mails, err := i.Mails("mem_asha")
	if err != nil || len(mails) == 0 {
		t.Fatal(mails, err)
	}
	return mails[0].Code
}

func TestIdentityCodeDies(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(i *Identity) error
	}{
		{"new password", func(i *Identity) error { return i.SetPassword(t.Context(), "mem_asha", newPassword) }},
		{"new e-mail", func(i *Identity) error { return i.SetEmail(t.Context(), "mem_asha", "new@example.com") }},
		{"made anew", func(i *Identity) error {
			return errors.Join(i.Delete(t.Context(), "mem_asha"), i.Create(t.Context(), "mem_asha", "asha@example.com", newPassword))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, _ := newIdentity(t)
			code := lastCode(t, i)
			if err := c.change(i); err != nil {
				t.Fatal(err)
			}
			if err := i.ResetPassword(t.Context(), "mem_asha", code, newestPassword); !errors.Is(err, desk.ErrWrongCode) {
				t.Errorf("the code sent before gives %v, want ErrWrongCode", err)
			}
		})
	}
}

func TestIdentityResetUnlocks(t *testing.T) {
	i, _ := newIdentity(t)
	for range freeFailures {
		_, err := i.Login(t.Context(), "mem_asha", newPassword)
		wantClass(t, "wrong password", err, desk.Unauthorized)
	}
	if err := i.ResetPassword(t.Context(), "mem_asha", lastCode(t, i), newPassword); err != nil {
		t.Fatal(err)
	}
	login(t, i, newPassword)
}

// TestIdentityCodesStay sees codes, and how often they were tried, outlive a restart.
func TestIdentityCodesStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	i, _ := openIdentity(t, path)
	if err := i.Create(t.Context(), "mem_asha", "asha@example.com", rightPassword); err != nil {
		t.Fatal(err)
	}
	code := lastCode(t, i)
	for range codeTries - 1 {
		err := i.ResetPassword(t.Context(), "mem_asha", "wrong", newPassword)
		wantClass(t, "wrong code", err, desk.Unauthorized)
	}
	if err := i.file.Close(); err != nil {
		t.Fatal(err)
	}
	i, _ = openIdentity(t, path)
	if err := i.ResetPassword(t.Context(), "mem_asha", code, newPassword); err != nil {
		t.Error(err)
	}
	wantClass(t, "last try", i.ResetPassword(t.Context(), "mem_asha", code, newPassword), desk.Unauthorized)
	wantClass(t, "one more", i.ResetPassword(t.Context(), "mem_asha", code, newPassword), desk.TooMany)
}

func TestIdentityMailsAreLimited(t *testing.T) {
	i, _ := newIdentity(t)
	err := i.file.update(func(tx *bbolt.Tx) error {
		for range keptMails + 5 {
			if err := (Mail{MemberID: "mem_asha"}).append(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	mails, err := i.Mails("")
	if err != nil || len(mails) != keptMails || mails[0].ID != keptMails+5 {
		t.Errorf("%d mails kept, %v; want %d, the newest first", len(mails), err, keptMails)
	}
}
