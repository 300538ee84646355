package signature_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/signature"
)

// key is a key that is the same in each run.
func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// The form stays what it is: signatures outlive the programs that made them.
func TestGolden(t *testing.T) {
	const want = "ed25519:8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c "
	got := string(signature.Sign(key(1), blob.Sum([]byte("module"))).Encode())
	if !strings.HasPrefix(got, want) || len(got) != 202 {
		t.Errorf("signature %q", got)
	}
}

func TestCheck(t *testing.T) {
	module, other := blob.Sum([]byte("module")), blob.Sum([]byte("other"))
	good := signature.Sign(key(1), module)
	signer := good.Signer
	stranger := signature.Sign(key(2), module)
	forged := stranger
	forged.Signer = signer // its name, another's signature
	altered := good
	altered.Bytes[7] ^= 1
	for name, c := range map[string]struct {
		signature signature.Signature
		module    blob.Hash
		trusted   []signature.Signer
		want      error
	}{
		"good":               {good, module, []signature.Signer{stranger.Signer, signer}, nil},
		"nobody is trusted":  {good, module, nil, signature.ErrUntrusted},
		"another key":        {stranger, module, []signature.Signer{signer}, signature.ErrUntrusted},
		"another's name":     {forged, module, []signature.Signer{signer}, signature.ErrWrong},
		"altered module":     {good, blob.Sum([]byte("modulf")), []signature.Signer{signer}, signature.ErrWrong},
		"altered signature":  {altered, module, []signature.Signer{signer}, signature.ErrWrong},
		"of another module":  {signature.Sign(key(1), other), module, []signature.Signer{signer}, signature.ErrWrong},
		"nothing is signed":  {signature.Signature{}, module, []signature.Signer{{}}, signature.ErrWrong},
		"without the domain": {bare(key(1), module), module, []signature.Signer{signer}, signature.ErrWrong},
	} {
		if err := c.signature.Check(c.module, c.trusted); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// bare signs the hash alone, as some other protocol might.
func bare(key ed25519.PrivateKey, module blob.Hash) (s signature.Signature) {
	copy(s.Signer[:], key.Public().(ed25519.PublicKey))
	copy(s.Bytes[:], ed25519.Sign(key, module[:]))
	return s
}

func TestDecodeTakesOneForm(t *testing.T) {
	good := signature.Sign(key(1), blob.Sum(nil)).Encode()
	if s, err := signature.Decode(good); err != nil || s.Check(blob.Sum(nil), []signature.Signer{s.Signer}) != nil {
		t.Errorf("%+v, %v", s, err)
	}
	for name, content := range map[string][]byte{
		"nothing":         nil,
		"truncated":       good[:len(good)-20],
		"without newline": good[:len(good)-1],
		"bytes follow":    append(bytes.Clone(good), '\n'),
		"another kind":    bytes.Replace(good, []byte("ed25519"), []byte("ed44819"), 1),
		"upper case":      bytes.ToUpper(good),
		"no hex":          append(bytes.Clone(good[:len(good)-2]), 'x', '\n'),
		"two spaces":      bytes.Replace(good, []byte(" "), []byte("  "), 1),
	} {
		if _, err := signature.Decode(content); !errors.Is(err, signature.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	signer, err := signature.NewKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v: others may read the key", info, err)
	}
	if _, err := signature.NewKey(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a key was made over another: %v", err)
	}
	key, err := signature.ReadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(dir, "m.wasm")
	if _, err := signature.File(module); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no signature: %v", err)
	}
	if err := os.WriteFile(module+signature.Suffix, signature.Sign(key, blob.Sum(nil)).Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := signature.File(module); err != nil || s.Check(blob.Sum(nil), []signature.Signer{signer}) != nil {
		t.Errorf("%+v, %v", s, err)
	}
	if err := os.WriteFile(module+signature.Suffix, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := signature.File(module); !errors.Is(err, signature.ErrMalformed) {
		t.Errorf("a huge file: %v", err)
	}
	if _, err := signature.ReadKey(module + signature.Suffix); err == nil || !strings.Contains(err.Error(), "keygen") {
		t.Errorf("no key file: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(signature.Sign(key(1), blob.Sum(nil)).Encode())
	f.Add([]byte("ed25519: \n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := signature.Decode(content)
		switch {
		case err != nil && !errors.Is(err, signature.ErrMalformed):
			t.Fatalf("error of another kind: %v", err)
		case err == nil && !bytes.Equal(s.Encode(), content):
			t.Fatalf("%q is taken, and written as %q", content, s.Encode())
		}
	})
}
