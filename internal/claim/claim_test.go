package claim_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
)

func newKey(t testing.TB) *key.Key {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var token = claim.Token{Address: "farm.example:8884", Secret: claim.Secret{1, 2, 3}, CA: claim.Pin{4, 5, 6}, Fleet: "orchard-7"}

func TestTokenSurvivesPasting(t *testing.T) {
	for name, text := range map[string]string{"plain": token.String(), "with white space": "  " + token.String() + "\r\n"} {
		if got, err := claim.ParseToken(text); err != nil || got != token {
			t.Errorf("%s: parsed %+v, %v; want %+v", name, got, err, token)
		}
	}
}

func TestTokenRefusesMistakes(t *testing.T) {
	text := token.String()
	noPort, noFleet := token, token
	noPort.Address = "farm.example"
	noFleet.Fleet = ""
	for name, bad := range map[string]string{
		"empty":          "",
		"other version":  strings.Replace(text, "tadpole1-", "tadpole2-", 1),
		"cut":            text[:len(text)-1],
		"grown":          text + "A",
		"letter changed": text[:20] + flip(text[20]) + text[21:],
		"line break":     text[:40] + "\n" + text[40:],
		"no port":        noPort.String(),
		"no fleet":       noFleet.String(),
	} {
		if got, err := claim.ParseToken(bad); !errors.Is(err, claim.ErrToken) {
			t.Errorf("%s: parsed %+v, %v; want ErrToken", name, got, err)
		}
	}
}

func flip(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

func TestRequestIsSigned(t *testing.T) {
	k := newKey(t)
	for name, secret := range map[string]*claim.Secret{"claim": {9}, "renewal": nil} {
		r, err := claim.NewRequest(k, secret, []byte("csr"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := claim.ParseRequest(b)
		if err != nil || got.Device != k.Address() || string(got.CSR) != "csr" || (secret == nil) != (len(got.Secret) == 0) {
			t.Errorf("%s: parsed %+v, %v", name, got, err)
		}
		for i := range b {
			bad := bytes.Clone(b)
			bad[i] ^= 0x20
			if got, err := claim.ParseRequest(bad); err == nil && got.Device == k.Address() {
				t.Errorf("%s: byte %d flipped: still from the device", name, i)
			}
		}
	}
}

func TestRequestHasLimits(t *testing.T) {
	k := newKey(t)
	long, err := claim.NewRequest(k, nil, make([]byte, claim.MaxRequest))
	if err != nil {
		t.Fatal(err)
	}
	b, err := long.Encode()
	if err != nil {
		t.Fatal(err)
	}
	short := claim.Request{Secret: []byte("short"), Device: k.Address()}
	s, err := short.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"too long": b, "short secret": s, "empty": nil, "text": []byte("GET / HTTP/1.1")} {
		if _, err := claim.ParseRequest(bad); !errors.Is(err, claim.ErrRequest) {
			t.Errorf("%s: error %v, want ErrRequest", name, err)
		}
	}
}

func TestResponseAnswersOneRequest(t *testing.T) {
	aggregator := newKey(t)
	request, err := claim.NewRequest(newKey(t), &claim.Secret{9}, []byte("csr"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := claim.NewRequest(newKey(t), &claim.Secret{9}, []byte("csr"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := claim.Response{Chain: []byte("chain"), CA: []byte("ca"), Broker: "ssl://farm.example:8883", Fleet: "orchard-7", Time: 77}.Sign(aggregator, request)
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := claim.ParseResponse(b, request)
	if err != nil || got.Aggregator != aggregator.Address() || got.Time != 77 || got.Broker != r.Broker {
		t.Errorf("parsed %+v, %v; want %+v", got, err, r)
	}
	if _, err := claim.ParseResponse(b, other); !errors.Is(err, claim.ErrResponse) {
		t.Errorf("as the answer to another claim: error %v, want ErrResponse", err)
	}
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 0x20
		if got, err := claim.ParseResponse(bad, request); err == nil && got.Aggregator == aggregator.Address() {
			t.Errorf("byte %d flipped: still from the aggregator", i)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(token.String())
	f.Add("tadpole1-")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := claim.ParseToken(text)
		if err == nil && got.String() != strings.TrimSpace(text) {
			t.Errorf("%q parses as %q", text, got)
		}
	})
}

func FuzzParseRequest(f *testing.F) {
	r, err := claim.NewRequest(newKey(f), &claim.Secret{9}, []byte("csr"))
	if err != nil {
		f.Fatal(err)
	}
	b, err := r.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := claim.ParseRequest(b)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := claim.ParseRequest(again); err != nil {
			t.Errorf("%x was parsed, encoded and refused: %v", b, err)
		}
	})
}

func FuzzParseResponse(f *testing.F) {
	request, err := claim.NewRequest(newKey(f), nil, []byte("csr"))
	if err != nil {
		f.Fatal(err)
	}
	r, err := claim.Response{Fleet: "f"}.Sign(newKey(f), request)
	if err != nil {
		f.Fatal(err)
	}
	b, err := r.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := claim.ParseResponse(b, request); err == nil && r.Fleet == "" {
			t.Errorf("%x gives a response without a fleet", b)
		}
	})
}

func ExampleParseToken() {
	text := claim.Token{Address: "10.0.0.2:8884", Fleet: "demo"}.String()
	t, err := claim.ParseToken(text)
	fmt.Println(t.Address, t.Fleet, err)
	// Output: 10.0.0.2:8884 demo <nil>
}
