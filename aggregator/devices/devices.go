// Package devices knows which devices belong to the fleet: it gives out one-time
// tokens, turns a claimed token into a TLS certificate, lists devices and
// removes them.
//
// Claims flow in over HTTPS (ClaimServer), certificates flow out; the broker asks
// Allowed before it lets a device in. The Registry decides, the CA signs, and
// Records keeps what must survive a restart. A certificate alone opens nothing:
// removal takes effect in the registry at once, whatever the certificate says.
package devices

import (
	"errors"
	"time"

	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Errors that callers branch on.
var (
	ErrNotFound = errors.New("not found")
	ErrToken    = errors.New("token refused")
	ErrDevice   = errors.New("device is not enrolled or was removed")
	ErrCSR      = errors.New("certificate request refused")
)

// Device is one that has been enrolled.
type Device struct {
	Address    key.Address       `cbor:"1,keyasint" json:"address"`
	Name       string            `cbor:"2,keyasint,omitempty" json:"name,omitempty"`
	Labels     map[string]string `cbor:"3,keyasint,omitempty" json:"labels,omitempty"`
	EnrolledAt time.Time         `cbor:"4,keyasint" json:"enrolled_at"`
	LastSeen   time.Time         `cbor:"5,keyasint" json:"last_seen"` // to the minute; zero = never
	Removed    bool              `cbor:"6,keyasint,omitempty" json:"removed,omitempty"`
}

// Token is a one-time token as it is stored: never the secret, only its hash.
type Token struct {
	Hash    [32]byte          `cbor:"1,keyasint"`
	Name    string            `cbor:"2,keyasint,omitempty"` // for the device that will claim it
	Labels  map[string]string `cbor:"3,keyasint,omitempty"` // likewise
	Expires time.Time         `cbor:"4,keyasint"`
	Use     *Use              `cbor:"5,keyasint,omitempty"` // nil = not claimed yet
}

// Use is who claimed a token, and with which TLS key. The same device may ask
// again, as the first answer may have been lost.
type Use struct {
	Device key.Address `cbor:"1,keyasint"`
	TLSKey [32]byte    `cbor:"2,keyasint"` // SHA-256 of the request's SubjectPublicKeyInfo
}

// AddOptions describe the device that a token is for.
type AddOptions struct {
	Name   string            // shown in lists; empty = none
	Labels map[string]string // for selection; nil = none
	Valid  time.Duration     // until the token expires; 0 = 24 h
}

// hashOf names a token by its secret.
func hashOf(secret []byte) ([32]byte, bool) {
	var s claim.Secret
	if len(secret) != len(s) {
		return [32]byte{}, false
	}
	copy(s[:], secret)
	return s.Hash(), true
}
