package key

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// Address names a key: the 20 bytes of its Ethereum address.
type Address [20]byte

// ParseAddress reads "0x" and 40 hex digits, in either case.
func ParseAddress(text string) (Address, error) {
	var a Address
	digits, found := strings.CutPrefix(text, "0x")
	if !found || len(digits) != 2*len(a) {
		return a, fmt.Errorf("%w %q: want 0x and %d hex digits", ErrAddress, text, 2*len(a))
	}
	if _, err := hex.Decode(a[:], []byte(digits)); err != nil {
		return a, fmt.Errorf("%w %q: want 0x and %d hex digits", ErrAddress, text, 2*len(a))
	}
	return a, nil
}

// String is "0x" and 40 lower-case hex digits: the form used in topics, file
// names and certificates, where case must not matter.
func (a Address) String() string { return "0x" + hex.EncodeToString(a[:]) }

// Short is the first 8 hex digits, for displays.
func (a Address) Short() string { return hex.EncodeToString(a[:4]) }

// IsZero tells whether the address was never set.
func (a Address) IsZero() bool { return a == Address{} }

// MarshalText and UnmarshalText make addresses readable in JSON and TOML.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (a *Address) UnmarshalText(text []byte) error {
	parsed, err := ParseAddress(string(text))
	*a = parsed
	return err
}
