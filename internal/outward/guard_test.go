package outward

import (
	"net/netip"
	"testing"
)

// Whoever enters an address of a machine inside is told so at once, not only by
// messages that never go out.
func TestAnAddressInsideIsNoAddress(t *testing.T) {
	for _, address := range []string{"https://127.0.0.1/x", "https://[::1]/", "https://169.254.169.254/latest", "https://10.0.0.1/", "https://192.168.1.9:8443/",
		"https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[fe80::1%25eth0]/", "https://[fd00::1]/", "https://[fec0::1]/", "https://[::7f00:1]/",
		"https://0.0.0.0/", "https://[::]/", "https://255.255.255.255/", "https://224.0.0.1/"} {
		if (Guard{}).Check(address) == nil {
			t.Errorf("%s is taken", address)
		}
	}
	for _, address := range []string{"https://8.8.8.8/hook", "https://[2a00:1450:4001::1]/", "https://hooks.example.go.ke/rufaa"} {
		if err := (Guard{}).Check(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	own := Guard{Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, Loopback: true}
	for _, address := range []string{"https://10.1.2.3/", "http://127.0.0.1:9000/", "https://[::1]/"} {
		if err := own.Check(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if own.Check("https://10.2.0.1/") == nil {
		t.Error("a network that nobody named is taken")
	}
}
