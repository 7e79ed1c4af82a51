package desk

import (
	"net/netip"
	"time"
)

// Credentials are what a member signs in with.
type Credentials struct {
	Email    string
	Password string
	OTP      string // the second factor's code; empty where none was sent
	Visitor  Visitor
}

// Visitor is who is at the door, as far as that shows.
type Visitor struct {
	Network      string // shortened, as Network gives it; empty where that is not known
	Agent        string // the User-Agent
	DeviceName   string // as the app calls the device; empty where it does not
	DeviceSecret string // of a sign-in before, which tells the device again
}

// SignedIn is what a member gets who signs in.
type SignedIn struct {
	Tokens
	DeviceSecret  string    // for the next sign-in from this device
	SessionEndsAt time.Time // from then on the refresh token is of no use
}

// Network shortens an address, with or without a port, to the network that is kept of it:
// 192.0.2.7 to 192.0.2.0/24, and 2001:db8:1:2::7 to 2001:db8:1::/48. It is empty for what is
// no address.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		port, err := netip.ParseAddrPort(address)
		if err != nil {
			return ""
		}
		ip = port.Addr()
	}
	bits := 48
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		bits = 24
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return network.String()
}
