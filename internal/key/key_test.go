package key_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// The scalar 1 has a published address; both are in every Ethereum test suite.
const addressOfOne = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"

func one(t testing.TB) *key.Key {
	t.Helper()
	scalar := make([]byte, 32)
	scalar[31] = 1
	k, err := key.FromBytes(scalar)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAddressIsEthereums(t *testing.T) {
	if got := one(t).Address().String(); got != addressOfOne {
		t.Errorf("address of scalar 1 = %s, want %s", got, addressOfOne)
	}
}

func TestSignatureRecoversSigner(t *testing.T) {
	k := one(t)
	digest := sha256.Sum256([]byte("round 7"))
	signature := k.Sign(digest)
	if again := k.Sign(digest); again != signature {
		t.Errorf("second signature %x differs from the first %x", again, signature)
	}
	got, err := signature.Recover(digest)
	if err != nil || got != k.Address() {
		t.Errorf("recovered %v, %v; want %v", got, err, k.Address())
	}
	other := sha256.Sum256([]byte("round 8"))
	if got, err := signature.Recover(other); err == nil && got == k.Address() {
		t.Error("the signature of one digest recovers the signer for another")
	}
}

func TestRecoverRefusesOtherForms(t *testing.T) {
	k := one(t)
	digest := sha256.Sum256([]byte("round 7"))
	high := k.Sign(digest)
	// n - s with v flipped is the same signature's second form.
	order, _ := hex.DecodeString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
	borrow := 0
	for i := 31; i >= 0; i-- {
		d := int(order[i]) - int(high[32+i]) - borrow
		if borrow = 0; d < 0 {
			d, borrow = d+256, 1
		}
		high[32+i] = byte(d)
	}
	high[64] = 27 + (28 - high[64])
	badV := k.Sign(digest)
	badV[64] = 29
	for name, s := range map[string]key.Signature{"high s": high, "v 29": badV, "zero": {}} {
		if _, err := s.Recover(digest); !errors.Is(err, key.ErrSignature) {
			t.Errorf("%s: error %v, want ErrSignature", name, err)
		}
	}
}

func TestLoadOrCreateKeepsTheKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "device.key")
	first, err := key.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := key.LoadOrCreate(path)
	if err != nil || first.Address() != second.Address() {
		t.Fatalf("second load: %v, %v; want %v", second, err, first.Address())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := key.LoadOrCreate(path); !errors.Is(err, key.ErrKey) {
		t.Errorf("world-readable key: error %v, want ErrKey", err)
	}
}

func TestFromBytesRefuses(t *testing.T) {
	order, _ := hex.DecodeString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
	for name, b := range map[string][]byte{"empty": nil, "short": make([]byte, 31), "zero": make([]byte, 32), "order": order} {
		if _, err := key.FromBytes(b); !errors.Is(err, key.ErrKey) {
			t.Errorf("%s: error %v, want ErrKey", name, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{addressOfOne, "0x", "", "0X00", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := key.ParseAddress(text)
		if err != nil {
			return
		}
		if b, err := key.ParseAddress(a.String()); err != nil || a != b {
			t.Errorf("%q gives %v, which gives %v, %v", text, a, b, err)
		}
	})
}

func ExampleKey_Sign() {
	k, _ := key.Generate()
	digest := sha256.Sum256([]byte("an update"))
	signer, _ := k.Sign(digest).Recover(digest)
	fmt.Println(signer == k.Address())
	// Output: true
}
