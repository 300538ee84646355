package claim

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

// prefix tells a person what the string is, and a program its version.
const prefix = "tadpole1-"

// Lengths in bytes of a token's parts: secret, pin, the fleet's length, and at
// the end a checksum against typing mistakes.
const (
	secretSize   = 16
	pinSize      = sha256.Size
	checksumSize = 4
	maxAddress   = 255
)

// Secret proves that its holder was given a token.
type Secret [secretSize]byte

// Hash is what a registry stores in the place of the secret.
func (s Secret) Hash() [32]byte { return sha256.Sum256(s[:]) }

// Pin names a CA: the SHA-256 of its certificate's SubjectPublicKeyInfo (the pin
// of RFC 7469, 2.4), so that it outlives a renewal of that certificate.
type Pin [pinSize]byte

// PinOf gives the pin of a CA's certificate.
func PinOf(ca *x509.Certificate) Pin { return sha256.Sum256(ca.RawSubjectPublicKeyInfo) }

// Token lets one device enrol once. Its text is one word, to be pasted.
type Token struct {
	Address string // of the claim server, host:port
	Secret  Secret
	CA      Pin
	Fleet   string
}

// String is the token's text; ParseToken is its inverse.
func (t Token) String() string {
	b := make([]byte, 0, secretSize+pinSize+1+len(t.Fleet)+len(t.Address)+checksumSize)
	b = append(b, t.Secret[:]...)
	b = append(b, t.CA[:]...)
	b = append(b, byte(len(t.Fleet)))
	b = append(b, t.Fleet...)
	b = append(b, t.Address...)
	sum := checksum(b)
	return prefix + base64.RawURLEncoding.EncodeToString(append(b, sum[:]...))
}

// Check says whether the token's text can be read back.
func (t Token) Check() error {
	if err := wire.CheckFleet(t.Fleet); err != nil {
		return fmt.Errorf("%w: %w", ErrToken, err)
	}
	if host, port, err := net.SplitHostPort(t.Address); err != nil || host == "" || port == "" || len(t.Address) > maxAddress {
		return fmt.Errorf("%w: claim address %.80q, want host:port", ErrToken, t.Address)
	}
	return nil
}

// ParseToken reads a token's text; white space around it is ignored.
func ParseToken(text string) (Token, error) {
	text = strings.TrimSpace(text)
	encoded, found := strings.CutPrefix(text, prefix)
	if !found {
		return Token{}, fmt.Errorf("%w: it begins with %.12q, want %q: copy the whole line that `tadpole device add` printed", ErrToken, text, prefix)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil || strings.ContainsAny(encoded, "\r\n") || len(b) < secretSize+pinSize+1+checksumSize {
		return Token{}, fmt.Errorf("%w: cut short or mistyped: copy the whole line that `tadpole device add` printed", ErrToken)
	}
	body := b[:len(b)-checksumSize]
	if sum := checksum(body); !bytes.Equal(sum[:], b[len(body):]) {
		return Token{}, fmt.Errorf("%w: its checksum differs, so it is cut short or mistyped: copy the whole line that `tadpole device add` printed", ErrToken)
	}
	var t Token
	rest := body[copy(t.Secret[:], body):]
	rest = rest[copy(t.CA[:], rest):]
	fleet := int(rest[0])
	if rest = rest[1:]; fleet > len(rest) {
		return Token{}, fmt.Errorf("%w: fleet name of %d bytes, %d left", ErrToken, fleet, len(rest))
	}
	t.Fleet, t.Address = string(rest[:fleet]), string(rest[fleet:])
	return t, t.Check()
}

func checksum(body []byte) [checksumSize]byte {
	sum := sha256.Sum256(append([]byte(prefix), body...))
	return [checksumSize]byte(sum[:checksumSize])
}
