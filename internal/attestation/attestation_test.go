package attestation_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func device(t testing.TB, n byte) *key.Key {
	t.Helper()
	k, err := key.FromBytes(bytes.Repeat([]byte{n}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func statement() attestation.Statement {
	minute := int64(time.Minute)
	return attestation.Statement{Fleet: "test", Group: "hall-3", Quantity: "air_temperature", Feature: "mean(temperature)", Unit: "degC", Start: 10 * minute, End: 11 * minute, Value: 21.5, Count: 60}
}

func TestSignedIsItsDevices(t *testing.T) {
	k := device(t, 7)
	a, err := attestation.Sign(k, statement())
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Open()
	want := statement()
	want.Device = k.Address()
	if err != nil || s != want {
		t.Errorf("got %+v, error %v; want %+v", s, err, want)
	}
	// The same on every machine.
	if got, want := hex.EncodeToString(a.Statement), golden; got != want {
		t.Errorf("encoded as %s, want %s", got, want)
	}
	for i := range a.Statement {
		forged := attestation.Signed{Statement: bytes.Clone(a.Statement), Signature: a.Signature}
		forged.Statement[i] ^= 1
		if _, err := forged.Open(); !errors.Is(err, attestation.ErrInvalid) {
			t.Fatalf("byte %d changed: error %v, want %v", i, err, attestation.ErrInvalid)
		}
	}
}

const golden = "aa01647465737402544a62316623ad457f02cdc5d997ded67a383ec569036668616c6c2d33046f6169725f74656d706572617475726505716d65616e2874656d706572617475726529066464656743071b0000008bb2c97000081b00000099ab10c80009f94d600a183c"

// A signature over the same bytes in another domain is none.
func TestEnvelopesAreNoAttestations(t *testing.T) {
	k := device(t, 7)
	a, err := attestation.Sign(k, statement())
	if err != nil {
		t.Fatal(err)
	}
	frame, err := wire.Seal(k, wire.Envelope{Kind: wire.KindAttest, Body: a.Statement})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (attestation.Signed{Statement: a.Statement, Signature: frame[len(frame)-65:]}).Open(); !errors.Is(err, attestation.ErrInvalid) {
		t.Errorf("error %v, want %v", err, attestation.ErrInvalid)
	}
}

func TestStatementsThatAreNone(t *testing.T) {
	for want, change := range map[string]func(*attestation.Statement){
		"no number":            func(s *attestation.Statement) { s.Value = math.NaN() },
		"too large":            func(s *attestation.Statement) { s.Value = math.Inf(1) },
		"-1e+101":              func(s *attestation.Statement) { s.Value = -1e101 },
		"no reading":           func(s *attestation.Statement) { s.Count = 0 },
		"empty or longer":      func(s *attestation.Statement) { s.End = s.Start },
		"longer than a day":    func(s *attestation.Statement) { s.Start, s.End = 0, math.MaxInt64 },
		"-9223372036854775808": func(s *attestation.Statement) { s.Start = math.MinInt64 },
		"a b":                  func(s *attestation.Statement) { s.Quantity = "a b" },
		"a name is empty":      func(s *attestation.Statement) { s.Group = "" },
		"not ASCII":            func(s *attestation.Statement) { s.Unit = "°C" },
		"too long":             func(s *attestation.Statement) { s.Fleet = strings.Repeat("x", 65) },
		"has spaces":           func(s *attestation.Statement) { s.Feature = "\n" },
	} {
		s := statement()
		change(&s)
		if _, err := attestation.Sign(device(t, 1), s); !errors.Is(err, attestation.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestMinusZeroIsZero(t *testing.T) {
	s := statement()
	s.Value = math.Copysign(0, -1)
	minus, err := attestation.Sign(device(t, 1), s)
	s.Value = 0
	plus, err2 := attestation.Sign(device(t, 1), s)
	if err := errors.Join(err, err2); err != nil || minus.ID() != plus.ID() {
		t.Errorf("-0 is %s, 0 is %s, error %v", minus.ID(), plus.ID(), err)
	}
}

func FuzzOpen(f *testing.F) {
	a, err := attestation.Sign(device(f, 7), statement())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(a.Statement, a.Signature)
	f.Add([]byte{0xa0}, make([]byte, 65))
	f.Fuzz(func(t *testing.T, statement, signature []byte) {
		s, err := attestation.Signed{Statement: statement, Signature: signature}.Open()
		if err != nil && !errors.Is(err, attestation.ErrInvalid) {
			t.Fatalf("error of another kind: %v", err)
		}
		if err == nil && s.Validate() != nil {
			t.Fatalf("opened what is not valid: %+v", s)
		}
	})
}
