// Package blob names content by its SHA-256 and moves it in chunks that can be
// checked one by one (design, decision 6).
//
// Bytes flow in; a Hash and a Manifest flow out, which travel in signed messages.
// Chunks of a wanted blob then arrive in any order, each is checked against the
// manifest on arrival, and a Transfer that was cut off goes on from the chunks
// that are missing. Stores keep whole blobs, on disk or in memory.
package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// Errors that callers branch on.
var (
	ErrMismatch = errors.New("content does not match its hash")
	ErrManifest = errors.New("invalid manifest")
	ErrMissing  = errors.New("blob not in store")
)

// Hash is the SHA-256 of a blob.
type Hash [sha256.Size]byte

// Sum hashes content.
func Sum(content []byte) Hash { return sha256.Sum256(content) }

// ParseHash reads 64 hex digits.
func ParseHash(text string) (Hash, error) {
	var h Hash
	if hex.DecodedLen(len(text)) != len(h) || len(text)%2 != 0 {
		return h, fmt.Errorf("hash %.80q: want %d hex digits", text, 2*len(h))
	}
	if _, err := hex.Decode(h[:], []byte(text)); err != nil {
		return h, fmt.Errorf("hash %.80q: want %d hex digits", text, 2*len(h))
	}
	return h, nil
}

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Short is the first 12 hex digits, for displays and logs.
func (h Hash) Short() string { return hex.EncodeToString(h[:6]) }

// IsZero tells whether the hash was never set.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText and UnmarshalText make hashes readable in JSON and TOML.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (h *Hash) UnmarshalText(text []byte) error {
	parsed, err := ParseHash(string(text))
	*h = parsed
	return err
}
