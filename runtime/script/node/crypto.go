package node

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"fmt"
	"hash"
	"math/big"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/crypto/scrypt"
)

// cryptoNatives are random numbers, hashes and the derivation of keys.
func cryptoNatives(in Interpreter) (*goja.Object, error) {
	c := ciphers{in}
	return object(in, functions{
		"randomBytes":     c.randomBytes,
		"randomFill":      c.randomFill,
		"randomInt":       c.randomInt,
		"randomUUID":      c.randomUUID,
		"newHash":         c.newHash,
		"newHmac":         c.newHmac,
		"update":          c.update,
		"digest":          c.digest,
		"copy":            c.copy,
		"hashes":          func(goja.FunctionCall) goja.Value { return in.Runtime().ToValue(hashNames()) },
		"pbkdf2":          c.pbkdf2,
		"scrypt":          c.scrypt,
		"hkdf":            c.hkdf,
		"timingSafeEqual": c.timingSafeEqual,
	})
}

type ciphers struct{ in Interpreter }

// hashNames are the names of the hashes, as Node.js writes them.
func hashNames() []string {
	return []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-256"}
}

// newHashFunc finds a hash by its name; it is nil for an unknown name.
func newHashFunc(name string) func() hash.Hash {
	switch strings.TrimPrefix(strings.ToLower(name), "rsa-") {
	case "md5":
		return md5.New
	case "sha1", "sha-1":
		return sha1.New
	case "sha224", "sha-224":
		return sha256.New224
	case "sha256", "sha-256":
		return sha256.New
	case "sha384", "sha-384":
		return sha512.New384
	case "sha512", "sha-512":
		return sha512.New
	case "sha512-256":
		return sha512.New512_256
	default:
		return nil
	}
}

func (c ciphers) hash(v goja.Value) func() hash.Hash {
	f := newHashFunc(v.String())
	if f == nil {
		fail(c.in, "Error", "ERR_CRYPTO_INVALID_DIGEST", "the hash %s does not exist in scripts: there are %s", v,
			strings.Join(hashNames(), ", "))
	}
	return f
}

// hasher is a hash that a script holds. It has neither methods nor fields that the script could see.
type hasher struct{ hash hash.Hash }

func (c ciphers) newHash(call goja.FunctionCall) goja.Value {
	return c.in.Runtime().ToValue(&hasher{c.hash(call.Argument(0))()})
}

func (c ciphers) newHmac(call goja.FunctionCall) goja.Value {
	key := data(c.in, "key", call.Argument(1), nil)
	return c.in.Runtime().ToValue(&hasher{hmac.New(c.hash(call.Argument(0)), key)})
}

func (c ciphers) held(v goja.Value) *hasher {
	h, ok := v.Export().(*hasher)
	if !ok {
		fail(c.in, "TypeError", "ERR_INVALID_THIS", "the method belongs to a hash")
	}
	return h
}

func (c ciphers) update(call goja.FunctionCall) goja.Value {
	// A hash takes whatever is written and has no error to give.
	c.held(call.Argument(0)).hash.Write(data(c.in, "data", call.Argument(1), call.Argument(2)))
	return goja.Undefined()
}

// digest is text when an encoding is given, and a Buffer otherwise.
func (c ciphers) digest(call goja.FunctionCall) goja.Value {
	return c.bytes(c.held(call.Argument(0)).hash.Sum(nil), call.Argument(1))
}

func (c ciphers) bytes(b []byte, enc goja.Value) goja.Value {
	if goja.IsUndefined(enc) || goja.IsNull(enc) || enc.String() == "buffer" {
		return newBuffer(c.in, b)
	}
	return c.in.Runtime().ToValue(encodingArgument(c.in, enc).encode(b))
}

func (c ciphers) copy(call goja.FunctionCall) goja.Value {
	cloner, ok := c.held(call.Argument(0)).hash.(hash.Cloner)
	if !ok {
		fail(c.in, "Error", "ERR_CRYPTO_HASH_FINALIZED", "this hash cannot be copied")
	}
	clone, err := cloner.Clone()
	if err != nil {
		c.in.Throw(err)
	}
	return c.in.Runtime().ToValue(&hasher{clone})
}

func (c ciphers) randomBytes(call goja.FunctionCall) goja.Value {
	b := make([]byte, size(c.in, "size", call.Argument(0)))
	c.random(b)
	return newBuffer(c.in, b)
}

// random fills b. The system's source of randomness does not fail; crypto/rand ends the process if it ever did.
func (c ciphers) random(b []byte) {
	if _, err := rand.Read(b); err != nil {
		c.in.Throw(err)
	}
}

func (c ciphers) randomFill(call goja.FunctionCall) goja.Value {
	b, ok := view(call.Argument(0))
	if !ok {
		fail(c.in, "TypeError", "ERR_INVALID_ARG_TYPE", "random bytes are filled into a typed array")
	}
	c.random(b)
	return call.Argument(0)
}

// randomUUID is of version 4: random but for six bits.
func (c ciphers) randomUUID(goja.FunctionCall) goja.Value {
	var b [16]byte
	c.random(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return c.in.Runtime().ToValue(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// randomInt is a number from min on, and less than max.
func (c ciphers) randomInt(call goja.FunctionCall) goja.Value {
	low, high := call.Argument(0).ToInteger(), call.Argument(1).ToInteger()
	if low >= high {
		fail(c.in, "RangeError", "ERR_OUT_OF_RANGE",
			"The value of \"max\" is out of range. It must be greater than the value of \"min\" (%d). Received %d",
			low, high)
	}
	n, err := rand.Int(rand.Reader, big.NewInt(high-low))
	if err != nil {
		c.in.Throw(err)
	}
	return c.in.Runtime().ToValue(low + n.Int64())
}

// pbkdf2(password, salt, iterations, length, hash)
func (c ciphers) pbkdf2(call goja.FunctionCall) goja.Value {
	password, salt := string(data(c.in, "password", call.Argument(0), nil)), data(c.in, "salt", call.Argument(1), nil)
	iterations := size(c.in, "iterations", call.Argument(2))
	length := size(c.in, "keylen", call.Argument(3))
	key, err := pbkdf2.Key(c.hash(call.Argument(4)), password, salt, iterations, length)
	return c.key(key, err)
}

func (c ciphers) key(key []byte, err error) goja.Value {
	if err != nil {
		c.in.Throw(err)
	}
	return newBuffer(c.in, key)
}

// scrypt(password, salt, length, N, r, p)
func (c ciphers) scrypt(call goja.FunctionCall) goja.Value {
	password, salt := data(c.in, "password", call.Argument(0), nil), data(c.in, "salt", call.Argument(1), nil)
	length := size(c.in, "keylen", call.Argument(2))
	n, r, p := size(c.in, "N", call.Argument(3)), size(c.in, "r", call.Argument(4)), size(c.in, "p", call.Argument(5))
	if 128*n*r > maxBytes {
		fail(c.in, "RangeError", "ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params: memory limit exceeded")
	}
	key, err := scrypt.Key(password, salt, n, r, p, length)
	return c.key(key, err)
}

// hkdf(hash, key, salt, info, length)
func (c ciphers) hkdf(call goja.FunctionCall) goja.Value {
	secret, salt := data(c.in, "ikm", call.Argument(1), nil), data(c.in, "salt", call.Argument(2), nil)
	info := string(data(c.in, "info", call.Argument(3), nil))
	key, err := hkdf.Key(c.hash(call.Argument(0)), secret, salt, info, size(c.in, "keylen", call.Argument(4)))
	return c.key(key, err)
}

func (c ciphers) timingSafeEqual(call goja.FunctionCall) goja.Value {
	a, isA := view(call.Argument(0))
	b, isB := view(call.Argument(1))
	if !isA || !isB {
		fail(c.in, "TypeError", "ERR_INVALID_ARG_TYPE", "timingSafeEqual compares Buffers, not text")
	}
	if len(a) != len(b) {
		fail(c.in, "RangeError", "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length")
	}
	return c.in.Runtime().ToValue(subtle.ConstantTimeCompare(a, b) == 1)
}
