package main

import (
	"net/http"
	"regexp"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// letters has members get codes and notices, the first of them at the second try, and two
// addresses taken from members who never proved them: by a code, and by the platform's word.
func (d *deployment) letters(owner string) {
	farah := d.member(owner, "farah")
	d.member(owner, "hari")
	d.call(202, farah, "PUT", "/v1/me/email", `{"email": "hari@example.com", "currentPassword": "x"}`)
	d.recorder.once("SendEmail", http.StatusBadRequest, object{"__type": "SendingPausedException", "message": "Sending is paused."})
	d.wake(desk.WakeCode)
	d.now += 6 * time.Second
	d.wake(desk.WakeCode)
	d.call(204, farah, "POST", "/v1/me/email/confirm", `{"code": "`+d.lastCode()+`"}`)
	d.now += 2 * time.Minute
	d.call(202, "", "POST", "/v1/password/forgot", `{"email": "hari@example.com"}`)
	d.wake(desk.WakeCode)
	d.call(204, "", "POST", "/v1/password/reset", `{"email": "hari@example.com", "code": "`+d.lastCode()+`",
		"password": "correct-kettle-orbit-30", "confirmPassword": "correct-kettle-orbit-30"}`)
	d.member(owner, "gita")
	d.invoke("provision", object{"accountName": "Gita's", "timeZone": "UTC", "owner": object{
		"firstName": "Gita", "lastName": "Owner", "email": "gita@example.com", "password": "correct-kettle-orbit-31", "emailProved": true,
	}})
	sent := len(d.recorder.letters)
	d.wake(desk.WakeMail)
	if more := len(d.recorder.letters) - sent; more != 5 { // of asha's address, which an admin changed, two of farah's, and twice to the owner
		d.t.Errorf("%d notices, want 5", more)
	}
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// lastCode is the code in the last letter that SES took.
func (d *deployment) lastCode() string {
	d.t.Helper()
	if len(d.recorder.letters) == 0 {
		d.t.Fatal("no letter was sent")
	}
	last := d.recorder.letters[len(d.recorder.letters)-1]
	return sixDigits.FindString(d.text(last, "Content", "Simple", "Body", "Text", "Data"))
}
