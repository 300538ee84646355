// Package sealed encrypts data to those who may see it, and to nobody else: a
// dataset to the mediators drawn for a check, results to who pays for them.
//
// It is the door to age (age-encryption.org/v1): recipients and plaintext flow
// in, an age file flows out, and back with an identity.
package sealed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// ErrRecipient marks text that is no age recipient.
var ErrRecipient = errors.New("invalid age recipient")

// Seal encrypts content to all recipients ("age1...").
func Seal(content io.Reader, recipients []string) ([]byte, error) {
	var to []age.Recipient
	for _, text := range recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, fmt.Errorf("%w %.40q: %v", ErrRecipient, text, err)
		}
		to = append(to, r)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err == nil {
		_, err = io.Copy(w, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return out.Bytes(), nil
}

// Identity opens what was sealed to its recipient.
type Identity struct{ age *age.X25519Identity }

// Generate makes a new identity.
func Generate() (Identity, error) {
	i, err := age.GenerateX25519Identity()
	if err != nil {
		return Identity{}, fmt.Errorf("generate age identity: %w", err)
	}
	return Identity{i}, nil
}

// LoadOrCreate reads an identity file (mode 0600), and makes it on first use.
func LoadOrCreate(path string) (Identity, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("read age identity: %w", err)
	}
	i, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
	if err != nil {
		return Identity{}, fmt.Errorf("read age identity %s: %w", path, err)
	}
	return Identity{i}, nil
}

func create(path string) (Identity, error) {
	i, err := Generate()
	if err != nil {
		return i, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return i, fmt.Errorf("create age identity: %w", err)
	}
	// A power cut leaves either no identity or a whole one.
	f, err := os.CreateTemp(filepath.Dir(path), ".identity-*")
	if err != nil {
		return i, fmt.Errorf("create age identity: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(i.age.String() + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return i, fmt.Errorf("create age identity: %w", err)
	}
	// Link fails if somebody else made one meanwhile; theirs is kept.
	if err := os.Link(f.Name(), path); errors.Is(err, os.ErrExist) {
		return LoadOrCreate(path)
	} else if err != nil {
		return i, fmt.Errorf("create age identity: %w", err)
	}
	return i, nil
}

// Recipient is the public half, "age1...".
func (i Identity) Recipient() string { return i.age.Recipient().String() }

// Open decrypts a sealed file; more than limit bytes are refused.
func (i Identity) Open(file []byte, limit int64) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(file), i.age)
	if err != nil {
		return nil, fmt.Errorf("open sealed file: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("open sealed file: %w", err)
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("open sealed file: it holds more than %d bytes", limit)
	}
	return content, nil
}
