package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// dial opens a connection to a process, and says nothing.
func (p *process) dial() net.Conn {
	p.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		p.t.Fatal(err)
	}
	return c
}

// halfRequest begins a request and returns when its handler waits for the body.
func (p *process) halfRequest(length int) (net.Conn, *bufio.Reader) {
	p.t.Helper()
	c := p.dial()
	_, err := fmt.Fprintf(c, "POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", length)
	if err != nil {
		p.t.Fatal(err)
	}
	r := bufio.NewReader(c)
	answer, err := http.ReadResponse(r, nil)
	if err != nil || answer.StatusCode != http.StatusContinue {
		p.t.Fatalf("no 100 Continue: %v", err)
	}
	return c, r
}

// wantClosed waits for the other side to close a connection.
func wantClosed(t *testing.T, what string, c net.Conn) {
	t.Helper()
	if n, err := c.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("%s: %d bytes, %v; want it closed", what, n, err)
	}
}

// TestEndsAtOnce has connections as a browser holds them: one made ahead, one kept alive, a
// stream, and a request under way, which is answered.
func TestEndsAtOnce(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := startProcess(t, t.TempDir())
			silent := p.dial()
			p.follow()
			request[about](p, "GET", "/sandbox", "", nil)
			body := fmt.Sprintf(`{"email":"owner@example.com","password":%q}`, ownerPassword)
			c, r := p.halfRequest(len(body))

			if err := p.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			wantClosed(t, "the silent connection", silent) // before what is under way ends
			if _, err := io.WriteString(c, body); err != nil {
				t.Fatal(err)
			}
			answer, err := http.ReadResponse(r, nil)
			if err != nil || answer.StatusCode != http.StatusOK {
				t.Errorf("the request under way: %+v, %v", answer, err)
			}
			if err := p.end(); err != nil {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// A request that never ends is cut short, and that is no failure.
func TestEndsWithoutTheRest(t *testing.T) {
	takesLong(t)
	t.Parallel()
	p := startProcess(t, t.TempDir())
	c, _ := p.halfRequest(10)
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	wantClosed(t, "the request", c)
	if err := p.end(); err != nil || !strings.Contains(p.stderr.String(), "requests cut short") {
		t.Errorf("ended with %v", err)
	}
}
