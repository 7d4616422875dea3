package address

import (
	"net"
	"strings"
)

// IsLocal reports whether an address leads to this machine and nowhere else: an embedded database, a mongod of ours, a
// Unix socket, or loopback. Host names are not resolved; the only one that is local is localhost.
func IsLocal(uri string) bool {
	switch SchemeOf(uri) {
	case Embedded, Mongod:
		return true
	case MongoDB:
		hosts := Hosts(uri)
		for _, h := range hosts {
			if !isLocalHost(h) {
				return false
			}
		}
		return len(hosts) > 0
	default:
		return false
	}
}

// IsHosted reports whether the server at an address is one that migrator processes run themselves: it ends with the
// process that started it, which waits for those that have joined it.
func IsHosted(uri string) bool {
	scheme := SchemeOf(uri)
	return scheme == Embedded || scheme == Mongod
}

// isLocalHost reports whether a host is a Unix socket, which the driver knows by the end of its name, or loopback.
func isLocalHost(host string) bool {
	if strings.HasSuffix(host, "sock") {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
