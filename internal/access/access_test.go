package access

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// home is a home with these files of the AWS CLI and nothing else of AWS.
func home(t *testing.T, config string, env ...string) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	folder := t.TempDir()
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(folder, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(folder, "credentials"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	if err := os.WriteFile(filepath.Join(folder, "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		t.Setenv(name, value)
	}
}

func TestLoad(t *testing.T) {
	const keys = "aws_access_key_id = id\naws_secret_access_key = secret\n"
	for _, c := range []struct {
		name, config string
		env          []string
		options      Options
		region, want string // the beginning of each line
	}{
		{"nothing", "", nil, Options{}, "", "there are no credentials for AWS: \nno region of AWS is named: "},
		{"no region", "[profile a]\n" + keys, []string{"AWS_PROFILE=a"}, Options{}, "", "no region of AWS is named: "},
		{"a profile", "[profile a]\nregion = eu-west-1\n" + keys, []string{"AWS_PROFILE=a"}, Options{}, "eu-west-1", ""},
		{"another that is named", "[profile a]\n[profile b]\nregion = eu-west-1\n" + keys, []string{"AWS_PROFILE=a"}, Options{Profile: "b"}, "eu-west-1", ""},
		{"another region", "[profile a]\nregion = eu-west-1\n" + keys, []string{"AWS_PROFILE=a"}, Options{Region: "us-east-1"}, "us-east-1", ""},
		{"no such profile", "[profile a]\n" + keys, []string{"AWS_PROFILE=b"}, Options{}, "", "there is no profile b of the AWS CLI here: AWS_PROFILE "},
		{"an empty profile", "[profile a]\nregion = eu-west-1\n", []string{"AWS_PROFILE=a"}, Options{}, "eu-west-1", "the profile a has no credentials for AWS: "},
		{"a program that fails", "[profile a]\nregion = eu-west-1\ncredential_process = false\n", []string{"AWS_PROFILE=a"}, Options{}, "eu-west-1", "the credentials for AWS cannot be had"},
		{"the code of a device", "[profile a]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/r\nmfa_serial = m\nsource_profile = b\n[profile b]\n" + keys,
			[]string{"AWS_PROFILE=a"}, Options{}, "", ErrToken.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			home(t, c.config, c.env...)
			got, err := Load(t.Context(), c.options)
			if err == nil {
				err = errors.New("")
			}
			told, want := strings.Split(err.Error(), "\n"), strings.Split(c.want, "\n")
			if got.Region != c.region || len(told) != len(want) {
				t.Fatalf("region %q, told %q; want %q, %q", got.Region, told, c.region, want)
			}
			for i := range want {
				if !strings.HasPrefix(told[i], want[i]) || (want[i] == "") != (told[i] == "") {
					t.Errorf("told %q, want %q", told[i], want[i])
				}
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		answer string
		want   Who
		told   string
	}{
		{"known", http.StatusOK, `<R><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a</Arn><Account>123456789012</Account></GetCallerIdentityResult></R>`,
			Who{"123456789012", "arn:aws:iam::123456789012:user/a", "eu-west-1"}, ""},
		{"expired", http.StatusForbidden, `<ErrorResponse><Error><Code>ExpiredToken</Code><Message>It is old</Message></Error></ErrorResponse>`,
			Who{}, "AWS refuses the credentials (ExpiredToken: It is old): sign in with "},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.answer))
			}))
			defer server.Close()
			home(t, "", "AWS_ENDPOINT_URL="+server.URL, "AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret")
			settings, err := Load(t.Context(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := Check(t.Context(), settings)
			if err == nil {
				err = errors.New("")
			}
			if got != c.want || !strings.HasPrefix(err.Error(), c.told) || (c.told == "") != (err.Error() == "") {
				t.Errorf("%+v, told %q; want %+v, %q", got, err, c.want, c.told)
			}
		})
	}
}
