package main

import "testing"

func TestUnlock(t *testing.T) {
	const none = `{"accountId":"acc_a","memberId":"mem_a","totpTaken":false}`
	for _, c := range []struct {
		name string
		args []string
		stub stub
		body string // empty where nothing is invoked
		want said
	}{
		{"tries", []string{"-unlock", "Meera@example.com"}, stub{answer: none},
			`{"action":"unlock","email":"Meera@example.com"}`, said{out: none + "\n"}},
		{"tries and the second factor", []string{"-unlock", "meera@example.com", "-totp"}, stub{answer: `{"totpTaken":true}`},
			`{"action":"unlock","email":"meera@example.com","totp":true}`, said{out: `{"totpTaken":true}` + "\n"}},
		{"no second factor", []string{"-unlock", "meera@example.com", "-totp"}, stub{answer: none},
			`{"action":"unlock","email":"meera@example.com","totp":true}`, said{out: none + "\n", to: "There was no second factor to take.\n"}},
		{"refused", []string{"-unlock", "asha@example.com", "-totp"},
			stub{failed: "Unhandled", answer: `{"errorMessage":"{\"detail\":\"A value cannot be.\",\"errors\":[{\"field\":\"totp\",\"detail\":\"is an owner's\"}]}"}`},
			`{"action":"unlock","email":"asha@example.com","totp":true}`, said{err: "refused: A value cannot be.\n-totp is an owner's"}},
		{"no address", []string{"-unlock", "meera"}, stub{}, "", said{err: "-unlock must be an e-mail address"}},
		{"nothing", []string{"-unlock", ""}, stub{}, "", said{err: "-unlock must be an e-mail address"}},
		{"with a new account", append([]string{"-unlock", "meera@example.com"}, good...), stub{}, "",
			said{err: "-account is of a new account, and -unlock makes none\n-email is of a new account, and -unlock makes none\n" +
				"-first is of a new account, and -unlock makes none\n-last is of a new account, and -unlock makes none\n" +
				"-zone is of a new account, and -unlock makes none"}},
		{"the second factor alone", []string{"-totp"}, stub{}, "", said{err: "-totp goes with -unlock, and nothing was done"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.stub.want(t, c.args, c.body, c.want)
		})
	}
}

// The platform's word goes with the account.
func TestEmailProved(t *testing.T) {
	s := &stub{answer: "{}"}
	signedIn(t, s)
	command(t, append([]string{"-email-proved"}, good...), false, "Good-Password-1\n")
	want := `{"accountName":"Shoes","timeZone":"Asia/Kolkata","owner":{"firstName":"Meera","lastName":"Nair","email":"meera@example.com",` +
		`"password":"Good-Password-1","emailProved":true}}`
	if s.body != want {
		t.Errorf("got %s, want %s", s.body, want)
	}
}
