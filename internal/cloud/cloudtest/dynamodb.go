// Package cloudtest has what tests need of AWS: the real DynamoDB Local, which is started once for
// each test process, and ends with it, and Lambda's side of the process of a function, which is
// built as for a deployment. DynamoDB Local is downloaded when missing.
package cloudtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/connectnow/backend/internal/programs"
)

// Endpoint returns the URL of DynamoDB Local, which it starts if need be; see Need.
func Endpoint(t testing.TB) string {
	t.Helper()
	return programs.Need(t, "DynamoDB Local", shared).url
}

// Start returns a client of DynamoDB Local; see Endpoint. Options may be changed by
// fns.
func Start(t testing.TB, fns ...func(*dynamodb.Options)) *dynamodb.Client {
	t.Helper()
	url := Endpoint(t)
	l, _ := shared()
	l.announce.Do(func() { t.Logf("DynamoDB Local %s, up in %v", l.version, l.took.Round(time.Millisecond)) })
	// Made by hand rather than from the environment, where AWS_CA_BUNDLE and the like
	// may be set for other purposes.
	return dynamodb.New(dynamodb.Options{
		Region:       "eu-central-1",
		BaseEndpoint: &url,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}, fns...)
}

// local is the running DynamoDB Local.
type local struct {
	url, version string
	took         time.Duration
	alive        io.Closer // as long as this is open, it lives
	announce     sync.Once
}

// shared starts DynamoDB Local once in this process.
var shared = sync.OnceValues(func() (*local, error) {
	folder, err := programs.Cached("internal/cloud/testdata/dynamodb-local.sh")
	if err != nil {
		return nil, err
	}
	for range 3 {
		var l *local
		if l, err = start(folder); !errors.Is(err, errEnded) {
			return l, err
		}
		// Most likely another process took the free port first.
	}
	return nil, err
})

var errEnded = errors.New("DynamoDB Local ended")

// guard runs a command that ends when the standard input does, which is when the
// process that holds its other end closes it or dies, however it dies.
const guard = `exec 3<&0; "$@" & it=$!; (cat <&3 >/dev/null; kill -9 $it) & wait $it`

// start runs the jar on a free port of the loopback and waits until it answers.
func start(folder string) (*local, error) {
	begin := time.Now()
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	output, err := os.CreateTemp("", "dynamodb-local-*.log")
	if err != nil {
		return nil, err
	}
	defer output.Close()
	defer os.Remove(output.Name())
	cmd := exec.Command("sh", "-c", guard, "sh",
		"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Djava.library.path=DynamoDBLocal_lib",
		"-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry", "-port", port)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, output, output
	alive, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	l := &local{url: "http://127.0.0.1:" + port, alive: alive}
	if err := answers(l.url, ended); err != nil {
		alive.Close()
		said, _ := os.ReadFile(output.Name())
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(said))
	}
	said, err := os.ReadFile(output.Name())
	if err != nil {
		return nil, err
	}
	if m := regexp.MustCompile(`Version:\s*(\S+)`).FindSubmatch(said); m != nil {
		l.version = string(m[1])
	}
	l.took = time.Since(begin)
	return l, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// answers waits until DynamoDB Local answers at url, or has ended.
func answers(url string, ended <-chan error) error {
	late := time.After(time.Minute)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("%w: %v", errEnded, err)
		case <-late:
			return errors.New("DynamoDB Local does not answer")
		case <-again.C:
		}
		if r, err := http.Get(url); err == nil { //nolint:noctx // loopback, answers or refuses
			r.Body.Close()
			if r.Header.Get("x-amzn-RequestId") != "" {
				return nil
			}
		}
	}
}
