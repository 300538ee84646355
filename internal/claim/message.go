package claim

import (
	"crypto/sha256"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Domains separate these signatures from all others made with the same keys.
const (
	requestDomain  = "tadpole/claim/v1\x00"
	responseDomain = "tadpole/claimed/v1\x00"
)

// Request asks for a TLS certificate. The signature shows that the sender holds
// the key of Device; the signature inside CSR, that it holds the TLS key.
type Request struct {
	Secret    []byte      `cbor:"1,keyasint,omitempty"` // of the token; empty = renew, the device is enrolled
	CSR       []byte      `cbor:"2,keyasint"`           // PKCS #10, DER
	Device    key.Address `cbor:"3,keyasint"`
	Signature []byte      `cbor:"4,keyasint,omitempty"`
}

// NewRequest signs a claim. A nil secret asks for a renewal.
func NewRequest(device *key.Key, secret *Secret, csr []byte) (Request, error) {
	r := Request{CSR: csr, Device: device.Address()}
	if secret != nil {
		r.Secret = secret[:]
	}
	digest, err := r.Digest()
	if err != nil {
		return Request{}, err
	}
	signature := device.Sign(digest)
	r.Signature = signature[:]
	return r, nil
}

// Digest is what the device signs: everything but the signature.
func (r Request) Digest() ([32]byte, error) {
	r.Signature = nil
	return digest(requestDomain, r)
}

// Encode gives the request's bytes.
func (r Request) Encode() ([]byte, error) { return wire.Marshal(r) }

// ParseRequest is the inverse of Encode. It checks the form and the device's
// signature; whether the secret is good is the registry's to judge.
func ParseRequest(b []byte) (Request, error) {
	var r Request
	if len(b) > MaxRequest {
		return r, fmt.Errorf("%w: %d bytes, at most %d", ErrRequest, len(b), MaxRequest)
	}
	if err := wire.Unmarshal(b, &r); err != nil {
		return Request{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if n := len(r.Secret); n != 0 && n != secretSize {
		return Request{}, fmt.Errorf("%w: secret of %d bytes, want %d", ErrRequest, n, secretSize)
	}
	digest, err := r.Digest()
	if err != nil {
		return Request{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if err := signedBy(r.Device, r.Signature, digest); err != nil {
		return Request{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	return r, nil
}

// Response is all that a device must know to connect.
type Response struct {
	Chain      []byte      `cbor:"1,keyasint"` // the device's certificate, PEM, leaf first
	CA         []byte      `cbor:"2,keyasint"` // PEM
	Broker     string      `cbor:"3,keyasint"` // URL
	Fleet      string      `cbor:"4,keyasint"`
	Aggregator key.Address `cbor:"5,keyasint"`
	Time       int64       `cbor:"6,keyasint"` // Unix milliseconds by the aggregator's clock
	Signature  []byte      `cbor:"7,keyasint,omitempty"`
}

// Sign binds the response to its request, so that an answer to another claim, or
// to an earlier one, cannot take its place. It fills in Aggregator.
func (r Response) Sign(aggregator *key.Key, to Request) (Response, error) {
	r.Aggregator = aggregator.Address()
	digest, err := r.digest(to)
	if err != nil {
		return Response{}, err
	}
	signature := aggregator.Sign(digest)
	r.Signature = signature[:]
	return r, nil
}

// signed is what the aggregator signs.
type signed struct {
	_        struct{} `cbor:",toarray"`
	Request  [32]byte
	Response Response
}

func (r Response) digest(to Request) ([32]byte, error) {
	request, err := to.Digest()
	if err != nil {
		return [32]byte{}, err
	}
	r.Signature = nil
	return digest(responseDomain, signed{Request: request, Response: r})
}

// Encode gives the response's bytes.
func (r Response) Encode() ([]byte, error) { return wire.Marshal(r) }

// ParseResponse is the inverse of Encode. It checks that the answer is to the
// given request and signed by the aggregator that it names; that this is the
// right aggregator follows from the pinned TLS connection it came over.
func ParseResponse(b []byte, to Request) (Response, error) {
	var r Response
	if len(b) > MaxResponse {
		return r, fmt.Errorf("%w: %d bytes, at most %d", ErrResponse, len(b), MaxResponse)
	}
	if err := wire.Unmarshal(b, &r); err != nil {
		return Response{}, fmt.Errorf("%w: %w", ErrResponse, err)
	}
	digest, err := r.digest(to)
	if err != nil {
		return Response{}, fmt.Errorf("%w: %w", ErrResponse, err)
	}
	if err := signedBy(r.Aggregator, r.Signature, digest); err != nil {
		return Response{}, fmt.Errorf("%w: %w", ErrResponse, err)
	}
	if err := wire.CheckFleet(r.Fleet); err != nil {
		return Response{}, fmt.Errorf("%w: %w", ErrResponse, err)
	}
	return r, nil
}

func digest(domain string, message any) ([32]byte, error) {
	b, err := wire.Marshal(message)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(append([]byte(domain), b...)), nil
}

func signedBy(who key.Address, signature []byte, digest [32]byte) error {
	var s key.Signature
	if len(signature) != len(s) {
		return fmt.Errorf("%w: %d bytes, want %d", key.ErrSignature, len(signature), len(s))
	}
	copy(s[:], signature)
	if signer, err := s.Recover(digest); err != nil || signer != who {
		return fmt.Errorf("%w: not by %s", key.ErrSignature, who)
	}
	return nil
}
