package deal_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

func identity(t *testing.T) sealed.Identity {
	t.Helper()
	i, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// sealedOffer is the job of offer with its input "b" sealed to readers.
func sealedOffer(t *testing.T, s shelf, to deal.ReplyKey, content string, readers ...sealed.Identity) market.JobOffer {
	t.Helper()
	var recipients []string
	for _, r := range readers {
		recipients = append(recipients, r.Recipient())
	}
	file, err := sealed.Seal(strings.NewReader(content), recipients)
	if err != nil {
		t.Fatal(err)
	}
	o, ctx := offer(t, s), context.Background()
	b, _ := s.Put(ctx, file)
	o.Inputs, _ = s.Put(ctx, deal.Files{"a": blob.Sum([]byte("one")), "b": b}.Encode())
	o.Spec, _ = s.Put(ctx, deal.Spec{Memory: 1 << 20, Output: 1 << 10, Fuel: 1000, Sealed: &deal.Sealed{Inputs: []string{"b"}, Providers: []key.Address{{1}}, Outputs: to.Public()}}.Encode())
	return o
}

// Provider and mediator find the same bytes, though the data were encrypted to each;
// only the creator reads the outputs, and a stranger cannot so much as run the job.
func TestSealedJob(t *testing.T) {
	s, ctx := shelf{}, t.Context()
	provider, mediator, stranger := identity(t), identity(t), identity(t)
	reply := deal.NewReplyKey([32]byte{7})
	o := sealedOffer(t, s, reply, "two", provider, mediator)
	found, outputs, err := deal.Execute(ctx, s, provider, upper{}, "job", o)
	if err != nil || found.Fuel != 7 {
		t.Fatalf("%+v, %v", found, err)
	}
	again, _, err := deal.Execute(ctx, s, mediator, upper{}, "case", o)
	if err != nil || again != found {
		t.Errorf("the mediator finds %+v, %v; the provider %+v", again, err, found)
	}
	// Data that were encrypted anew are the same data.
	if anew, _, err := deal.Execute(ctx, s, provider, upper{}, "job", sealedOffer(t, s, reply, "two", provider)); err != nil || anew != found {
		t.Errorf("sealed anew, %+v, %v; before %+v", anew, err, found)
	}
	for _, with := range []deal.Opener{nil, stranger} {
		if r, _, err := deal.Execute(ctx, s, with, upper{}, "job", o); !errors.Is(err, deal.ErrClosed) || r != (market.Result{}) {
			t.Errorf("a stranger finds %+v, %v", r, err)
		}
	}
	if err := deal.Keep(ctx, s, outputs); err != nil {
		t.Fatal(err)
	}
	kept, err := deal.Outputs(ctx, s, found)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range kept {
		if bytes.Contains(file, []byte("ONE")) || bytes.Contains(file, []byte("TWO")) {
			t.Errorf("output %q is readable", name)
		}
	}
	plain, err := reply.OpenAll(kept)
	if err != nil || string(plain["a.out"]) != "ONE" || string(plain["b.out"]) != "TWO" {
		t.Errorf("opened %q, %v", plain, err)
	}
	if _, err := deal.NewReplyKey([32]byte{8}).OpenAll(kept); !errors.Is(err, deal.ErrReply) {
		t.Errorf("opened with another key: %v", err)
	}
	if _, err := reply.Open("b.out", kept["a.out"]); !errors.Is(err, deal.ErrReply) {
		t.Errorf("opened under another name: %v", err)
	}
	if none, err := reply.OpenAll(nil); none != nil || err != nil {
		t.Errorf("of a failed job: %v, %v", none, err)
	}
	// The same output of a job over other data looks like nothing that is known.
	_, others, err := deal.Execute(ctx, s, provider, upper{}, "job", sealedOffer(t, s, reply, "three", provider))
	if err != nil || bytes.Equal(others["a.out"], outputs["a.out"]) {
		t.Errorf("whoever guesses an output can confirm it (%v)", err)
	}
}

// What mediators compare depends on these bytes, on every machine.
func TestSealedOutputsAreFixed(t *testing.T) {
	s := shelf{}
	p := identity(t)
	r, _, err := deal.Execute(t.Context(), s, p, upper{}, "job", sealedOffer(t, s, deal.NewReplyKey([32]byte{7}), "two", p))
	if want := "a643645c9cf4caa49e60adb78b7297bced65a3077a1bc0e865887533a8ef5fc4"; err != nil || r.Digest.String() != want {
		t.Errorf("digest %s, %v; want %s", r.Digest, err, want)
	}
}

func TestSealedSpecs(t *testing.T) {
	reply := deal.NewReplyKey([32]byte{7}).Public()
	spec := func(s deal.Sealed) deal.Spec { return deal.Spec{Memory: 1, Output: 2, Fuel: 3, Sealed: &s} }
	good := deal.Sealed{Inputs: []string{"data"}, Providers: []key.Address{{1}}, Outputs: reply}
	if got, err := deal.DecodeSpec(spec(good).Encode()); err != nil || !got.May(key.Address{1}) || got.May(key.Address{2}) {
		t.Errorf("%+v, %v", got, err)
	}
	for what, alter := range map[string]func(*deal.Sealed){
		"no inputs":     func(s *deal.Sealed) { s.Inputs = nil },
		"no providers":  func(s *deal.Sealed) { s.Providers = nil },
		"many of them":  func(s *deal.Sealed) { s.Providers = make([]key.Address, 65) },
		"a path":        func(s *deal.Sealed) { s.Inputs = []string{"../data"} },
		"no key":        func(s *deal.Sealed) { s.Outputs = "age1" },
		"half of a key": func(s *deal.Sealed) { s.Outputs = reply[:32] },
	} {
		s := good
		alter(&s)
		if _, err := deal.DecodeSpec(spec(s).Encode()); !errors.Is(err, deal.ErrSpec) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// An input that is not there: a job that nobody can run, the same for everybody.
	s := shelf{}
	o := offer(t, s)
	o.Spec, _ = s.Put(t.Context(), spec(good).Encode())
	if r, _, err := deal.Execute(t.Context(), s, identity(t), upper{}, "job", o); err != nil || r.Digest != deal.Failed() {
		t.Errorf("without the sealed input: %+v, %v", r, err)
	}
}

func FuzzDecodeSpec(f *testing.F) {
	f.Add(deal.Spec{Memory: 1, Output: 2, Fuel: 3}.Encode())
	f.Add(deal.Spec{Memory: 1, Output: 2, Fuel: 3, Sealed: &deal.Sealed{Inputs: []string{"data"}, Providers: []key.Address{{1}}, Outputs: deal.NewReplyKey([32]byte{7}).Public()}}.Encode())
	f.Fuzz(func(t *testing.T, encoded []byte) {
		s, err := deal.DecodeSpec(encoded)
		if err != nil {
			return
		}
		if again, err := deal.DecodeSpec(s.Encode()); err != nil || !bytes.Equal(again.Encode(), s.Encode()) {
			t.Errorf("%q decodes to %+v, which does not come back: %v", encoded, s, err)
		}
	})
}

func FuzzOpenReply(f *testing.F) {
	k := deal.NewReplyKey([32]byte{7})
	f.Add("update.bin", bytes.Repeat([]byte{1}, 48))
	f.Fuzz(func(t *testing.T, name string, file []byte) {
		if content, err := k.Open(name, file); err == nil {
			t.Errorf("%q opens to %q, and nobody sealed it", file, content)
		}
	})
}
