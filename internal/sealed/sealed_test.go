package sealed_test

import (
	"bytes"
	"crypto/ecdh"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age/plugin"

	"github.com/tadpole-edge/tadpole/internal/sealed"
)

func TestOnlyRecipientsCanOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "identity")
	alice, err := sealed.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := sealed.LoadOrCreate(path)
	if err != nil || again.Recipient() != alice.Recipient() {
		t.Errorf("read back %s, %v; want %s", again.Recipient(), err, alice.Recipient())
	}
	bob, _ := sealed.Generate()
	mallory, _ := sealed.Generate()
	content := bytes.Repeat([]byte("reading "), 20_000)
	file, err := sealed.Seal(bytes.NewReader(content), []string{alice.Recipient(), bob.Recipient()})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file, []byte("reading reading")) {
		t.Error("the file shows its content")
	}
	for _, i := range []sealed.Identity{again, bob} {
		if got, err := i.Open(file, 1<<20); err != nil || !bytes.Equal(got, content) {
			t.Errorf("a recipient read %d bytes, %v", len(got), err)
		}
	}
	if _, err := mallory.Open(file, 1<<20); err == nil {
		t.Error("a stranger opened it")
	}
	if _, err := alice.Open(file, 1000); err == nil {
		t.Error("no limit held")
	}
	file[len(file)-1] ^= 1
	if _, err := alice.Open(file, 1<<20); err == nil {
		t.Error("a changed file was opened")
	}
}

func TestBadRecipient(t *testing.T) {
	if _, err := sealed.Seal(strings.NewReader("x"), []string{"age1nonsense"}); !errors.Is(err, sealed.ErrRecipient) {
		t.Errorf("error %v, want ErrRecipient", err)
	}
}

func FuzzOpen(f *testing.F) {
	i, _ := sealed.Generate()
	file, _ := sealed.Seal(strings.NewReader("hello"), []string{i.Recipient()})
	f.Add(file)
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Fuzz(func(t *testing.T, file []byte) { _, _ = i.Open(file, 1<<16) })
}

// age's own encoder makes the recipient of the key again.
func TestPublicKey(t *testing.T) {
	i, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	key, err := sealed.PublicKey(i.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	public, err := ecdh.X25519().NewPublicKey(key[:])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := plugin.EncodeX25519Recipient(public); err != nil || got != i.Recipient() {
		t.Errorf("key %x is of %s, %v; want %s", key, got, err, i.Recipient())
	}
	if _, err := sealed.PublicKey("age1nonsense"); !errors.Is(err, sealed.ErrRecipient) {
		t.Errorf("error %v, want ErrRecipient", err)
	}
}
