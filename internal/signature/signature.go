// Package signature says who vouches for a WASM module: an Ed25519 signature in a file
// beside it. Devices and the command that signs share it.
//
// A module's hash and a private key flow into Sign, and a Signature flows out; what File
// reads beside a module, and the keys that are trusted, flow into Check, and nil or what is
// missing flows out.
//
// # Format
//
// What is signed is "tadpole module v1", a newline, and the module's SHA-256, 32 bytes. The
// file MODULE.wasm.sig is one line, and nothing else:
//
//	ed25519:<public key, 64 hex digits> <signature, 128 hex digits>
//
// A key file, which only its owner may read, is one line too:
//
//	ed25519-private:<seed, 64 hex digits>
//
// Hex digits are lower case, so each signature has one encoding.
package signature

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Suffix is what a signature's file is called behind its module's name.
const Suffix = ".sig"

const (
	domain        = "tadpole module v1\n"
	publicPrefix  = "ed25519:"
	privatePrefix = "ed25519-private:"
	fileSize      = len(publicPrefix) + 2*ed25519.PublicKeySize + 1 + 2*ed25519.SignatureSize + 1
)

// Errors that callers branch on.
var (
	ErrMalformed = errors.New("malformed signature")
	ErrWrong     = errors.New("signature is not of this module")
	ErrUntrusted = errors.New("signer is not trusted")
)

// Signer is a public key.
type Signer [ed25519.PublicKeySize]byte

// ParseSigner reads a public key as String writes it.
func ParseSigner(text string) (s Signer, err error) {
	digits, found := strings.CutPrefix(text, publicPrefix)
	if !found || !lowerHex(s[:], digits) {
		return s, fmt.Errorf("%w: %.100q is no public key: want %s and 64 hex digits in lower case", ErrMalformed, text, publicPrefix)
	}
	return s, nil
}

func (s Signer) String() string { return publicPrefix + hex.EncodeToString(s[:]) }

// lowerHex fills to with what the digits say.
func lowerHex(to []byte, digits string) bool {
	if len(digits) != 2*len(to) || strings.ContainsFunc(digits, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') }) {
		return false
	}
	_, err := hex.Decode(to, []byte(digits))
	return err == nil
}

// Signature is a signer's word on one module.
type Signature struct {
	Signer Signer
	Bytes  [ed25519.SignatureSize]byte
}

// Sign signs a module.
func Sign(key ed25519.PrivateKey, module blob.Hash) (s Signature) {
	copy(s.Signer[:], key.Public().(ed25519.PublicKey))
	copy(s.Bytes[:], ed25519.Sign(key, message(module)))
	return s
}

func message(module blob.Hash) []byte { return append([]byte(domain), module[:]...) }

// Encode gives the content of a signature's file.
func (s Signature) Encode() []byte {
	return fmt.Appendf(nil, "%v %x\n", s.Signer, s.Bytes)
}

// Decode reads the content of a signature's file. What Encode would not write is
// ErrMalformed.
func Decode(content []byte) (s Signature, err error) {
	if len(content) != fileSize {
		return s, fmt.Errorf("%w: %d bytes, want %d", ErrMalformed, len(content), fileSize)
	}
	signer, rest, _ := strings.Cut(string(content), " ")
	if s.Signer, err = ParseSigner(signer); err != nil {
		return s, err
	}
	if digits, ends := strings.CutSuffix(rest, "\n"); !ends || !lowerHex(s.Bytes[:], digits) {
		return s, fmt.Errorf("%w: want 128 hex digits in lower case and a newline behind the public key", ErrMalformed)
	}
	return s, nil
}

// Check tells whether the signature is of this module, and by one of the signers.
func (s Signature) Check(module blob.Hash, trusted []Signer) error {
	if !ed25519.Verify(s.Signer[:], message(module), s.Bytes[:]) {
		return fmt.Errorf("%w, whose SHA-256 is %v: the module was changed, or this is another's signature", ErrWrong, module)
	}
	if !slices.Contains(trusted, s.Signer) {
		return fmt.Errorf("%w: %v", ErrUntrusted, s.Signer)
	}
	return nil
}

// File reads the signature beside a module's file. An error is fs.ErrNotExist where there
// is none.
func File(module string) (s Signature, err error) {
	content, err := readLimited(module+Suffix, fileSize)
	if err != nil {
		return s, err
	}
	if s, err = Decode(content); err != nil {
		return s, fmt.Errorf("read %s: %w", module+Suffix, err)
	}
	return s, nil
}

// readLimited reads a small file, and one byte more of it where it is larger.
func readLimited(path string, limit int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(limit)+1))
}

// NewKey makes a private key in a new file that only its owner may read.
func NewKey(path string) (Signer, error) {
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return Signer{}, fmt.Errorf("make key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // never over another key
	if err != nil {
		return Signer{}, fmt.Errorf("make key: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s%x\n", privatePrefix, key.Seed())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return Signer{}, fmt.Errorf("make key: %w", err)
	}
	return Signer(public), nil
}

// ReadKey reads a key file.
func ReadKey(path string) (ed25519.PrivateKey, error) {
	content, err := readLimited(path, len(privatePrefix)+2*ed25519.SeedSize+1)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	digits, found := bytes.CutPrefix(bytes.TrimSuffix(content, []byte("\n")), []byte(privatePrefix))
	seed := make([]byte, ed25519.SeedSize)
	if !found || !lowerHex(seed, string(digits)) {
		return nil, fmt.Errorf("read key: %s is no key file: make one by tadpole job keygen", path)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
