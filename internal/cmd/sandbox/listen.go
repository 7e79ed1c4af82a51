package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// freePortTries is how often a port is looked for that is free on both addresses.
const freePortTries = 10

// listen opens a port on 127.0.0.1 and, where the machine has IPv6, on ::1: what "localhost"
// means differs from program to program. With port 0 it is one that is free on both. open is
// net.Listen.
func listen(port string, open func(network, address string) (net.Listener, error)) ([]net.Listener, error) {
	for try := 1; ; try++ {
		four, err := open("tcp4", net.JoinHostPort("127.0.0.1", port))
		if errors.Is(err, syscall.EADDRINUSE) {
			return nil, taken(port)
		}
		if err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
		six, err := open("tcp6", net.JoinHostPort("::1", strconv.Itoa(portOf(four))))
		if err == nil {
			return []net.Listener{four, six}, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return []net.Listener{four}, nil // a machine without IPv6
		}
		_ = four.Close() // it served nobody
		if port != "0" || try == freePortTries {
			return nil, taken(port)
		}
	}
}

// taken says what to do where somebody else listens. On one address of two it is taken, too:
// half of the programs that ask for localhost would come to the wrong one.
func taken(port string) error {
	return fmt.Errorf("port %s is taken: stop what listens there, or choose another with PORT=8081", port)
}

// originOf is where the pages are that a listener serves.
func originOf(l net.Listener) string { return fmt.Sprintf("http://localhost:%d", portOf(l)) }

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }
