// Package claim is what a device and the aggregator say to each other once, at
// enrolment, before there is a certificate or a broker (design, decision 5).
//
// A one-time token carries the claim server's address, a secret and a pin of its
// CA from `tadpole device add` to the device. The device answers it with a
// Request over HTTPS, and gets a Response with its TLS certificate and all that
// it must know to connect. Both are deterministic CBOR and signed. A Request
// without a secret renews the certificate of a device that is enrolled already.
//
// It opens no connection and keeps no state: edge/enrol and aggregator/devices
// do.
package claim

import "errors"

// Path is where the claim server takes requests, by POST.
const Path = "/v1/claim"

// Limits in bytes. Each side refuses more before it reads it.
const (
	MaxRequest  = 16 << 10
	MaxResponse = 64 << 10
)

// Errors that callers branch on.
var (
	ErrToken    = errors.New("malformed token")
	ErrRequest  = errors.New("malformed claim")
	ErrResponse = errors.New("malformed answer to a claim")
)
