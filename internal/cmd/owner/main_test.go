package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// good are options with which nothing is wrong.
var good = []string{"-function", "prod-provision", "-account", "Shoes", "-zone", "Asia/Kolkata", "-first", "Meera", "-last", "Nair", "-email", "meera@example.com"}

// release is what a refused zone says of the clock laws, which are renewed.
var release = regexp.MustCompile(`release \S+ knows`)

// stub is a Lambda with one function, and remembers what it was asked.
type stub struct {
	status, failed, answer string
	path, body             string
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	got, _ := io.ReadAll(r.Body)
	s.path, s.body = r.URL.Path, string(got)
	if s.failed != "" {
		w.Header().Set("X-Amz-Function-Error", s.failed)
	}
	if s.status != "" {
		w.Header().Set("X-Amzn-Errortype", s.status)
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = io.WriteString(w, s.answer)
}

// signedIn gives the test settings of AWS that lead to the stub, and no others.
func signedIn(t *testing.T, s *stub) {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Setenv("HOME", t.TempDir())
	for _, name := range []string{"AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_CA_BUNDLE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_LAMBDA"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
}

// said is what a command said: answer, all else, and its error.
type said struct{ out, to, err string }

// command runs it with what is typed; terminal says whether somebody can be asked.
func command(t *testing.T, args []string, terminal bool, typed string) said {
	t.Helper()
	var out, to bytes.Buffer
	p := &prompt{in: bufio.NewReader(strings.NewReader(typed)), to: &to, terminal: terminal}
	s := said{}
	if err := run(t.Context(), args, p, &out); err != nil {
		s.err = err.Error()
	}
	s.out, s.to = out.String(), to.String()
	if all := s.out + s.to + s.err; strings.Contains(all, "Good-Password-1") {
		t.Errorf("the password is in %q", all)
	}
	return s
}

// want runs a command against the stub and compares what it says, and what it asked: nothing
// where body is empty.
func (s *stub) want(t *testing.T, args []string, body string, want said) {
	t.Helper()
	signedIn(t, s)
	if diff := cmp.Diff(want, command(t, args, false, ""), cmp.AllowUnexported(said{})); diff != "" {
		t.Error(diff)
	}
	if s.body != body {
		t.Errorf("got %s, want %s", s.body, body)
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name string
		stub stub
		want said
	}{
		{"made", stub{answer: `{"accountId":"acc_a","memberId":"mem_a","created":true}`},
			said{out: `{"accountId":"acc_a","memberId":"mem_a","created":true}` + "\n"}},
		{"by an older version", stub{answer: `{"accountId":"acc_a","memberId":"mem_a"}`},
			said{out: `{"accountId":"acc_a","memberId":"mem_a"}` + "\n"}},
		{"there already", stub{answer: `{"accountId":"acc_a","memberId":"mem_a","created":false}`}, said{
			out: `{"accountId":"acc_a","memberId":"mem_a","created":false}` + "\n",
			to:  "This account is there already. Nothing was changed: its zone, its owner and the password are as they were.\n",
		}},
		{"the sign-in had gone", stub{answer: `{"accountId":"acc_a","memberId":"mem_a","created":false,"restored":true}`}, said{
			out: `{"accountId":"acc_a","memberId":"mem_a","created":false,"restored":true}` + "\n",
			to:  "This account is there already, and its owner's sign-in had gone. It was made again, with this password. Nothing else was changed.\n",
		}},
		{"refused", stub{failed: "Unhandled", answer: `{"errorType":"email-taken","errorMessage":"{\"detail\":\"Somebody signs in with it.\"}"}`},
			said{err: "refused: Somebody signs in with it."}},
		{"refused by field", stub{failed: "Unhandled", answer: `{"errorType":"invalid","errorMessage":"{\"detail\":\"Some values cannot be.\",\"errors\":[` +
			`{\"field\":\"owner.email\",\"detail\":\"is odd\"},{\"field\":\"owner.password\",\"detail\":\"is known\"},{\"field\":\"plan\",\"detail\":\"is new\"}]}"}`},
			said{err: "refused: Some values cannot be.\n-email is odd\nthe owner's password is known\nplan is new"}},
		{"out of time", stub{failed: "Unhandled", answer: `{"errorMessage":"Task timed out after 15.00 seconds"}`},
			said{err: `prod-provision failed: {"errorMessage":"Task timed out after 15.00 seconds"}`}},
		{"no such function", stub{status: "ResourceNotFoundException", answer: `{"Message":"Function not found"}`},
			said{err: "there is no function prod-provision in eu-west-1\na stage's is connectnow-STAGE-provision, in the region and the account to which it was deployed"}},
		{"not allowed", stub{status: "AccessDeniedException", answer: `{"Message":"no leave"}`},
			said{err: "invoking prod-provision: AccessDeniedException: no leave"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			signedIn(t, &c.stub)
			if diff := cmp.Diff(c.want, command(t, good, false, "Good-Password-1\n"), cmp.AllowUnexported(said{})); diff != "" {
				t.Error(diff)
			}
			want := `{"accountName":"Shoes","timeZone":"Asia/Kolkata","owner":{"firstName":"Meera","lastName":"Nair","email":"meera@example.com","password":"Good-Password-1"}}`
			if c.stub.path != "/2015-03-31/functions/prod-provision/invocations" || c.stub.body != want {
				t.Errorf("got %s at %s, want %s", c.stub.body, c.stub.path, want)
			}
		})
	}
}

// What is wrong is told before anything is asked for, and nothing is invoked.
func TestToldBefore(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"left over", append([]string{"-account", "Meera"}, "Shoes", "-zone", "UTC"), "left over: Shoes -zone UTC\nvalues with spaces stand in quotes: ARGS='-account \"Meera Shoes\" …'"},
		{"unknown", append(good, "-plan", "pro"), "these options are not understood, and nothing was done"},
		{"values", append(good, "-zone", "India", "-email", "meera"), "-zone is not a time zone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &stub{}
			signedIn(t, s)
			got := command(t, c.args, true, "Good-Password-1\n")
			if !strings.HasPrefix(got.err, c.want) || strings.Contains(got.to, "password") || s.path != "" {
				t.Errorf("it said %+v and asked at %q, want %q", got, s.path, c.want)
			}
		})
	}
}

// At a terminal each line that is wrong is asked for again; elsewhere it ends.
func TestAsks(t *testing.T) {
	some := []string{"-account", "Shoes", "-first", "Meera", "-last", "Nair", "-email", "meera@example.com"}
	for _, c := range []struct {
		name     string
		args     []string
		terminal bool
		typed    string
		want     said
	}{
		{"zone and password", some, true, "India\nAsia/Kolkata\nshort\nMeera-Nair-Shoes-1\nGood-Password-1\n", said{
			out: "{}\n",
			to: "the business's time zone, like Asia/Kolkata: the business's time zone, like Asia/Kolkata is not a time zone that release R knows\n" +
				"the business's time zone, like Asia/Kolkata: the owner's password: the owner's password must have at least 12 characters\n" +
				"the owner's password: the owner's password must be harder to guess: no common word, and more than names, years, repeats and rows of keys\n" +
				"the owner's password: ",
		}},
		{"the end of what is typed", good, true, "", said{to: "the owner's password: ", err: "the owner's password is missing"}},
		{"no zone and no terminal", some, false, "Good-Password-1\n", said{err: "-zone is missing: the business's time zone, like Asia/Kolkata"}},
		{"no password and no terminal", good, false, "", said{err: "the owner's password is missing"}},
		{"a password without a line end", good, false, "Good-Password-1", said{out: "{}\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			signedIn(t, &stub{answer: "{}"})
			got := command(t, c.args, c.terminal, c.typed)
			got.to = release.ReplaceAllString(got.to, "release R knows")
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(said{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
