package clientaddr

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestWhoseAddressIsBelieved(t *testing.T) {
	for _, c := range []struct {
		name    string
		proxies []string
		peer    string
		headers []string
		want    string
	}{
		{"no proxy named: headers are the client's own words", nil, "198.51.100.7:4000", []string{"203.0.113.9"}, "198.51.100.7"},
		{"the proxy tells the client", []string{"10.0.0.0/8"}, "10.0.0.5:4000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a client that writes the header itself", []string{"10.0.0.0/8"}, "10.0.0.5:4000", []string{"1.2.3.4, 203.0.113.9"}, "203.0.113.9"},
		{"two headers are one list", []string{"10.0.0.0/8"}, "10.0.0.5:4000", []string{"1.2.3.4", "203.0.113.9"}, "203.0.113.9"},
		{"two proxies", []string{"10.0.0.0/8"}, "10.0.0.5:4000", []string{"203.0.113.9, 10.0.0.9"}, "203.0.113.9"},
		{"somebody past the proxy", []string{"10.0.0.0/8"}, "198.51.100.7:4000", []string{"203.0.113.9"}, "198.51.100.7"},
		{"no header", []string{"10.0.0.0/8"}, "10.0.0.5:4000", nil, "10.0.0.5"},
		{"a header of nonsense", []string{"10.0.0.0/8"}, "10.0.0.5:4000", []string{"unknown"}, "10.0.0.5"},
		{"IPv6", []string{"fd00::/8"}, "[fd00::1]:4000", []string{"2001:db8::7"}, "2001:db8::7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			h, err := Behind(c.proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got, _, _ = net.SplitHostPort(r.RemoteAddr) }))
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header["X-Forwarded-For"] = c.headers
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if _, err := Behind([]string{"not an address"}, nil); err == nil {
		t.Error("a proxy that is no address was taken")
	}
}
