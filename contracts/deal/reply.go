package deal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrReply marks an output that is not encrypted to who opens it.
var ErrReply = errors.New("invalid sealed output")

// ReplyKey opens the outputs of a job that are encrypted to it.
//
// Provider and mediators must find the same bytes, or there would be nothing to
// compare; so outputs are encrypted without chance, which age cannot do. The
// sender's key of each file (X25519, HKDF, AES-256-GCM) follows from its content and
// from a secret: what the job's sealed inputs hold. Strangers know neither, and
// cannot so much as confirm a guess at an output.
type ReplyKey struct{ private *ecdh.PrivateKey }

// NewReplyKey gives the key that follows from a seed, which must be secret.
func NewReplyKey(seed [32]byte) ReplyKey {
	private, err := ecdh.X25519().NewPrivateKey(seed[:])
	if err != nil {
		panic("BUG: deal: " + err.Error()) // any 32 bytes are a key
	}
	return ReplyKey{private}
}

// Public is what a job's description names (Sealed.Outputs).
func (k ReplyKey) Public() string { return hex.EncodeToString(k.private.PublicKey().Bytes()) }

// Open decrypts an output; its name is part of what was encrypted.
func (k ReplyKey) Open(name string, file []byte) ([]byte, error) {
	if len(file) < publicSize {
		return nil, fmt.Errorf("%w %q: it has %d bytes", ErrReply, name, len(file))
	}
	sender, err := ecdh.X25519().NewPublicKey(file[:publicSize])
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrReply, name, err)
	}
	shared, err := k.private.ECDH(sender)
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrReply, name, err)
	}
	box, err := replyBox(shared, sender, k.private.PublicKey())
	if err != nil {
		return nil, err
	}
	content, err := box.Open(nil, make([]byte, box.NonceSize()), file[publicSize:], []byte(name))
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrReply, name, err)
	}
	return content, nil
}

const publicSize = 32

func replyTo(public string) (*ecdh.PublicKey, error) {
	b, err := hex.DecodeString(public)
	if err != nil || len(b) != publicSize {
		return nil, fmt.Errorf("%w: outputs sealed to %.80q, which is no key", ErrSpec, public)
	}
	k, err := ecdh.X25519().NewPublicKey(b)
	if err != nil {
		return nil, fmt.Errorf("%w: outputs sealed to %.80q: %w", ErrSpec, public, err)
	}
	return k, nil
}

// sealReply encrypts an output: the same content, secret and recipient give the
// same bytes.
func sealReply(public string, secret [32]byte, name string, content []byte) ([]byte, error) {
	to, err := replyTo(public)
	if err != nil {
		return nil, err
	}
	seed := hmac.New(sha256.New, secret[:])
	sum := sha256.Sum256(content)
	fmt.Fprintf(seed, "tadpole/reply/v1 %x %q %x", to.Bytes(), name, sum)
	private, err := ecdh.X25519().NewPrivateKey(seed.Sum(nil))
	if err != nil {
		panic("BUG: deal: " + err.Error()) // any 32 bytes are a key
	}
	shared, err := private.ECDH(to)
	if err != nil {
		return nil, fmt.Errorf("%w: outputs sealed to %.80q: %w", ErrSpec, public, err)
	}
	box, err := replyBox(shared, private.PublicKey(), to)
	if err != nil {
		return nil, err
	}
	// A key encrypts one content, ever, so its nonce may be zero.
	return box.Seal(private.PublicKey().Bytes(), make([]byte, box.NonceSize()), content, []byte(name)), nil
}

func replyBox(shared []byte, from, to *ecdh.PublicKey) (cipher.AEAD, error) {
	k, err := hkdf.Key(sha256.New, shared, append(from.Bytes(), to.Bytes()...), "tadpole/reply/v1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive key of output: %w", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, fmt.Errorf("derive key of output: %w", err)
	}
	return cipher.NewGCM(block)
}

// sealed encrypts every output to the recipient that the description names.
func (s Sealed) sealed(outputs map[string][]byte, secret [32]byte) (map[string][]byte, error) {
	if s.Outputs == "" {
		return outputs, nil
	}
	out := map[string][]byte{}
	for name, content := range outputs {
		file, err := sealReply(s.Outputs, secret, name, content)
		if err != nil {
			return nil, err
		}
		out[name] = file
	}
	return out, nil
}

// OpenAll decrypts a job's outputs; nil, of a job that failed, stays nil.
func (k ReplyKey) OpenAll(outputs map[string][]byte) (map[string][]byte, error) {
	if outputs == nil {
		return nil, nil
	}
	plain := map[string][]byte{}
	for name, file := range outputs {
		content, err := k.Open(name, file)
		if err != nil {
			return nil, err
		}
		plain[name] = content
	}
	return plain, nil
}
