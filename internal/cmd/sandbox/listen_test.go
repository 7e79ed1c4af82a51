package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// opener is net.Listen, but that its answers for ::1 are what the test says, one after the other.
type opener struct {
	t   *testing.T
	six []error // nil is a listener
}

func (o *opener) open(network, address string) (net.Listener, error) {
	if network == "tcp4" {
		return net.Listen(network, address)
	}
	if want := "[::1]:"; network != "tcp6" || !strings.HasPrefix(address, want) || len(o.six) == 0 {
		o.t.Fatalf("listened on %s %s, want %s of a port, %d times more", network, address, want, len(o.six))
	}
	err := o.six[0]
	if o.six = o.six[1:]; err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: os.NewSyscallError("bind", err)}
	}
	return net.Listen("tcp4", "127.0.0.1:0") // in its place, where this machine may have none
}

func TestListen(t *testing.T) {
	occupied, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer occupied.Close()
	port := fmt.Sprint(portOf(occupied))
	for _, c := range []struct {
		what, port string
		six        []error
		listeners  int
		fails      string
	}{
		{what: "both", port: "0", six: []error{nil}, listeners: 2},
		{what: "no IPv6 on the machine", port: "0", six: []error{syscall.EADDRNOTAVAIL}, listeners: 1},
		{what: "none in the kernel", port: "0", six: []error{syscall.EAFNOSUPPORT}, listeners: 1},
		{what: "free on one only, then on both", port: "0", six: []error{syscall.EADDRINUSE, nil}, listeners: 2},
		{what: "taken on IPv4", port: port, fails: "port " + port + " is taken"},
	} {
		t.Run(c.what, func(t *testing.T) {
			o := &opener{t, c.six}
			got, err := listen(c.port, o.open)
			for _, l := range got {
				defer l.Close()
			}
			if failed := fmt.Sprint(err); c.fails != "" && !strings.Contains(failed, c.fails) || c.fails == "" && err != nil {
				t.Errorf("error %v, want %q", err, c.fails)
			}
			if len(got) != c.listeners || len(o.six) != 0 {
				t.Errorf("%d listeners, want %d; %d tries left", len(got), c.listeners, len(o.six))
			}
		})
	}
}

// Somebody else on ::1 has the port: half of the programs would come to them.
func TestListenTakenOnIPv6(t *testing.T) {
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(portOf(free))
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := listen(port, (&opener{t, []error{syscall.EADDRINUSE}}).open)
	if err == nil || !strings.Contains(err.Error(), "port "+port+" is taken") {
		t.Errorf("%d listeners, %v; want that the port is taken", len(got), err)
	}
}

// TestOnlyLoopback asks a real process at every address of this machine.
func TestOnlyLoopback(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	_, port, _ := strings.Cut(strings.TrimPrefix(p.url, "http://"), ":")
	hosts := []string{"127.0.0.1"}
	if l, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		_ = l.Close()
		hosts = append(hosts, "::1")
	}
	for _, host := range hosts {
		at := process{t: t, url: "http://" + net.JoinHostPort(host, port)}
		if got := request[about](&at, "GET", "/sandbox", "", nil); got.AccountID != demoAccount {
			t.Errorf("at %s: %+v", host, got)
		}
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		n, is := a.(*net.IPNet)
		if !is || n.IP.IsLoopback() || n.IP.IsLinkLocalUnicast() {
			continue
		}
		if c, err := net.DialTimeout("tcp", net.JoinHostPort(n.IP.String(), port), 5*time.Second); err == nil {
			_ = c.Close()
			t.Errorf("it listens on %s", n.IP)
		}
	}
}
