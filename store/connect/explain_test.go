package connect

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime/fault"
)

// secret stands in every connection string below, and must not come out anywhere.
const secret = "sesame"

// wantUnreachable checks that err is one clear line with its exit code and a hint, and without the password.
func wantUnreachable(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Fatalf("err = %v, want %q in it", err, text)
	}
	if fault.CodeOf(err) != fault.Unreachable {
		t.Errorf("the exit code is %d", fault.CodeOf(err))
	}
	if fault.HintOf(err) == "" {
		t.Error("there is no hint")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the message has several lines: %q", err)
	}
	if all := fmt.Sprint(err, fault.HintOf(err), fault.DetailOf(err)); strings.Contains(all, secret) {
		t.Errorf("the password is shown: %s", all)
	}
}

func TestOpenSaysWhyAServerDoesNotAnswer(t *testing.T) {
	t.Parallel()
	ours, _ := newCertificate(t, "127.0.0.1")
	others, authority := newCertificate(t, "192.0.2.1")
	cases := map[string]struct {
		address string // of the server
		options string
		want    string
	}{
		"nobody listens": {
			address: closedPort(t),
			want:    "connection refused",
		},
		"the host does not exist": {
			address: "nowhere.invalid:27017",
			want:    "cannot reach the database at nowhere.invalid:27017: ",
		},
		"the socket does not exist": {
			address: url.PathEscape(filepath.Join(t.TempDir(), "s.sock")),
			want:    "there is no such socket",
		},
		"the server is silent": {
			address: serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }),
			want:    "no answer in time",
		},
		"the server hangs up": {
			address: serve(t, hangUp),
			want:    "the server closed the connection",
		},
		"the server does not speak TLS": {
			address: serve(t, func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }),
			options: "&tls=true",
			want:    "the server does not speak TLS",
		},
		"the certificate is signed by nobody that we know": {
			address: serveTLS(t, ours),
			options: "&tls=true",
			want:    "signed by an unknown authority",
		},
		"the certificate is for another host": {
			address: serveTLS(t, others),
			options: "&tls=true&tlsCAFile=" + url.QueryEscape(authority),
			want:    "the server's certificate is for another host",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit := "200"
			if strings.Contains(c.options, "tls=true") {
				limit = "3000" // a handshake takes its time on a machine that is busy
			}
			uri := "mongodb://user:" + secret + "@" + c.address + "/app?serverSelectionTimeoutMS=" + limit + "&connectTimeoutMS=" + limit + c.options
			_, err := Open(t.Context(), Target{URI: uri}, Options{})
			wantUnreachable(t, err, c.want)
			if host, _ := url.PathUnescape(c.address); !strings.Contains(err.Error(), host) {
				t.Errorf("the error does not name the host: %v", err)
			}
		})
	}
}

func TestOpenGivesUpByItself(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	_, err := Open(t.Context(), Target{URI: "mongodb://" + closedPort(t) + "/app"}, Options{greeting: 100 * time.Millisecond})
	wantUnreachable(t, err, "connection refused")
	// Far less than the driver's own 30 seconds.
	if took := time.Since(begin); took > greetingLimit {
		t.Errorf("it took %v", took)
	}
}

func TestOpenThatIsInterruptedSaysSo(t *testing.T) {
	t.Parallel()
	stop := errors.New("stopped by the test")
	ctx, cancel := context.WithCancelCause(t.Context())
	address := serve(t, func(net.Conn) { cancel(stop) })
	_, err := Open(ctx, Target{URI: "mongodb://" + address + "/app"}, Options{})
	if !errors.Is(err, stop) || fault.CodeOf(err) == fault.Unreachable {
		t.Errorf("err = %v", err)
	}
}

func TestExplainTurnsRefusalsIntoPlainWords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err  error
		want string
	}{
		"a wrong password": {
			mongo.CommandError{Code: 18, Name: "AuthenticationFailed", Message: "Authentication failed."},
			"the server does not let us log in: Authentication failed",
		},
		"a wrong password at Atlas": {
			mongo.CommandError{Code: 8000, Name: "AtlasError", Message: "bad auth : authentication failed"},
			"the server does not let us log in: bad auth : authentication failed",
		},
		"a mechanism that is switched off": {
			mongo.CommandError{Code: 334, Message: "Unsupported mechanism PLAIN"},
			"the server does not offer this way of logging in: Unsupported mechanism PLAIN",
		},
		"a right that is missing": {
			fmt.Errorf("write: %w", mongo.CommandError{Code: 13, Name: "Unauthorized",
				Message: `not authorized on app to execute command { insert: "users", documents: [ { name: "sesame" } ] }`}),
			"the server refused it: not authorized on app to execute command insert",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Explain(c.err)
			wantUnreachable(t, got, c.want)
			var command mongo.CommandError
			if !errors.As(got, &command) {
				t.Error("the driver's error is lost")
			}
		})
	}
}

func TestExplainLeavesOtherErrorsAlone(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		nil,
		errors.New("anything"),
		context.Canceled,
		fault.New(fault.Locked, "", "explained already"),
		mongo.CommandError{Code: 11000, Message: "E11000 duplicate key error"},
		mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 121, Message: "Document failed validation"}}},
		mongo.ErrNoDocuments,
	} {
		if got := Explain(err); !reflect.DeepEqual(got, err) {
			t.Errorf("Explain(%v) = %v", err, got)
		}
	}
}

// closedPort is an address on which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// serve handles each connection to a new address, and closes it afterwards.
func serve(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go accept(l, handle)
	return l.Addr().String()
}

// serveTLS completes the handshake on each connection to a new address, and then hangs up.
func serveTLS(t *testing.T, certificate tls.Certificate) string {
	t.Helper()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	return serve(t, func(c net.Conn) { _ = tls.Server(c, config).Handshake() })
}

// hangUp reads a request and does not answer it.
func hangUp(c net.Conn) { _, _ = c.Read(make([]byte, 1<<16)) }

func accept(l net.Listener, handle func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			handle(c)
		}()
	}
}

// newCertificate makes a certificate for an IP address that signs itself, and a file with it as an authority.
func newCertificate(t *testing.T, ip string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		IPAddresses:           []net.IP{net.ParseIP(ip)},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
