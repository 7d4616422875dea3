package connect

import (
	"net"
	"net/url"
	"strings"
)

// IsLocal tells whether an address leads to this machine and nowhere else: an embedded database, a mongod of ours, a Unix
// socket, or loopback. Host names are not resolved; of them only localhost is local.
func IsLocal(uri string) bool {
	s, rest := schemeOf(uri)
	switch s {
	case schemeEmbedded, schemeMongod:
		return true
	case schemeMongoDB:
		hosts := hostsOf(rest)
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

// IsHosted tells whether the server at an address is one that migrator processes run themselves: it ends with the process
// that started it, which waits for those that have joined it.
func IsHosted(uri string) bool {
	s, _ := schemeOf(uri)
	return s == schemeEmbedded || s == schemeMongod
}

// hostsOf lists the hosts of what follows the scheme in a MongoDB URI, each with its port if it has one.
func hostsOf(rest string) []string {
	rest, _, _ = strings.Cut(strings.TrimPrefix(rest, "//"), "?")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = rest[at+1:]
	}
	rest, _, _ = strings.Cut(rest, "/")
	var hosts []string
	for _, h := range strings.Split(rest, ",") {
		if h != "" {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// namesOf is hostsOf in a form for people: the path of a socket is not escaped.
func namesOf(rest string) []string {
	names := hostsOf(rest)
	for i, h := range names {
		if path, err := url.PathUnescape(h); err == nil {
			names[i] = path
		}
	}
	return names
}

func isLocalHost(host string) bool {
	if path, err := url.PathUnescape(host); err == nil && strings.HasSuffix(path, "sock") {
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
