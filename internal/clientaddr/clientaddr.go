package clientaddr

import (
	"fmt"
	"net"
	"net/http"

	"github.com/realclientip/realclientip-go"
)

// Behind wraps a handler that stands behind proxies with these addresses or
// networks (CIDR notation). Without any, requests are left as they are. The
// client is the last address in X-Forwarded-For that is not a proxy's.
func Behind(proxies []string, next http.Handler) (http.Handler, error) {
	if len(proxies) == 0 {
		return next, nil
	}
	ranges, err := realclientip.AddressesAndRangesToIPNets(proxies...)
	if err != nil {
		return nil, fmt.Errorf("trusted proxies: %w; give addresses or networks such as 10.0.0.0/8", err)
	}
	strategy, err := realclientip.NewRightmostTrustedRangeStrategy("X-Forwarded-For", ranges)
	if err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if within(r.RemoteAddr, ranges) {
			if client := strategy.ClientIP(r.Header, r.RemoteAddr); client != "" {
				r.RemoteAddr = net.JoinHostPort(client, "0")
			}
		}
		next.ServeHTTP(w, r)
	}), nil
}

func within(addr string, ranges []net.IPNet) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	for i := range ranges {
		if ip != nil && ranges[i].Contains(ip) {
			return true
		}
	}
	return false
}
