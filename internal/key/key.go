// Package key holds the identity that every party of Tadpole has: one secp256k1
// key whose Ethereum address names it (design, decision 5).
//
// Digests flow in, 65-byte recoverable signatures flow out, and the other way a
// digest and a signature give back the signer's address. The same signature
// serves the wire (SHA-256 digests) and the chain (EIP-712 digests). It links
// decred's library only, never go-ethereum, so that firmware stays small and
// free of the LGPL.
package key

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"golang.org/x/crypto/sha3"
)

// Errors that callers branch on.
var (
	ErrSignature = errors.New("invalid signature")
	ErrAddress   = errors.New("invalid address")
	ErrKey       = errors.New("invalid key")
)

// Key is a secp256k1 private key. It is safe for concurrent use.
type Key struct {
	private *secp256k1.PrivateKey
	address Address
}

// Generate makes a new key from the system's randomness.
func Generate() (*Key, error) {
	private, err := secp256k1.GeneratePrivateKey()
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	return fromPrivate(private), nil
}

// FromBytes makes the key whose scalar is b: 32 bytes, big-endian, neither zero
// nor above the group's order.
func FromBytes(b []byte) (*Key, error) {
	var scalar secp256k1.ModNScalar
	if len(b) != 32 || scalar.SetByteSlice(b) || scalar.IsZero() {
		return nil, fmt.Errorf("%w: want 32 bytes below the group's order and not zero", ErrKey)
	}
	return fromPrivate(secp256k1.NewPrivateKey(&scalar)), nil
}

func fromPrivate(private *secp256k1.PrivateKey) *Key {
	return &Key{private: private, address: publicAddress(private.PubKey())}
}

// LoadOrCreate reads the key from a file of 64 hex digits, and makes both on
// first use. The file's mode is 0600; a key that others can read is refused.
func LoadOrCreate(path string) (*Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("read key %s: mode %o lets others read it: chmod 600 it: %w", path, mode, ErrKey)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("read key %s: want 64 hex digits: %w", path, ErrKey)
	}
	k, err := FromBytes(raw)
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", path, err)
	}
	return k, nil
}

// Save writes the key to a file that does not exist yet, in LoadOrCreate's form.
func (k *Key) Save(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	_, err = f.WriteString(k.text())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	return nil
}

// text is the key as its file has it.
func (k *Key) text() string { return hex.EncodeToString(k.private.Serialize()) + "\n" }

// create writes the new key to a temporary file first, so that a power cut
// leaves either no key or a whole one.
func create(path string) (*Key, error) {
	k, err := Generate()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create key: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return nil, fmt.Errorf("create key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(k.text())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("create key: %w", err)
	}
	// Link fails if somebody else made the key meanwhile; theirs is kept.
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return LoadOrCreate(path)
	} else if err != nil {
		return nil, fmt.Errorf("create key: %w", err)
	}
	return k, nil
}

// Address is the key's public name.
func (k *Key) Address() Address { return k.address }

// Sign signs a 32-byte digest deterministically (RFC 6979) with a low s
// (EIP-2). The caller's digest must say what is signed: see SHA-256 domains in
// package wire.
func (k *Key) Sign(digest [32]byte) Signature {
	compact := ecdsa.SignCompact(k.private, digest[:], false)
	var s Signature
	copy(s[:64], compact[1:])
	s[64] = compact[0]
	return s
}

// Signature is r, s and v as Ethereum's ecrecover takes them: 32 bytes
// big-endian each, then 27 or 28.
type Signature [65]byte

// Recover gives the address whose key signed the digest. Signatures with a high
// s are refused, so that a signature has one form only.
func (s Signature) Recover(digest [32]byte) (Address, error) {
	if v := s[64]; v != 27 && v != 28 {
		return Address{}, fmt.Errorf("%w: v is %d, want 27 or 28", ErrSignature, v)
	}
	var scalar secp256k1.ModNScalar
	if scalar.SetByteSlice(s[32:64]) || scalar.IsOverHalfOrder() {
		return Address{}, fmt.Errorf("%w: s is above half the group's order", ErrSignature)
	}
	var compact [65]byte
	compact[0] = s[64]
	copy(compact[1:], s[:64])
	public, _, err := ecdsa.RecoverCompact(compact[:], digest[:])
	if err != nil {
		return Address{}, fmt.Errorf("%w: %v", ErrSignature, err)
	}
	return publicAddress(public), nil
}

// publicAddress is the last 20 bytes of keccak256 over the uncompressed point
// without its 0x04 prefix (Ethereum yellow paper, appendix F).
func publicAddress(public *secp256k1.PublicKey) Address {
	h := sha3.NewLegacyKeccak256()
	h.Write(public.SerializeUncompressed()[1:])
	var a Address
	copy(a[:], h.Sum(nil)[12:])
	return a
}
