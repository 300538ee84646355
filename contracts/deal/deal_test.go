package deal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// shelf is a store in memory.
type shelf map[blob.Hash][]byte

func (s shelf) Get(_ context.Context, h blob.Hash) ([]byte, error) {
	content, found := s[h]
	if !found {
		return nil, blob.ErrMissing
	}
	return content, nil
}

func (s shelf) Put(_ context.Context, content []byte) (blob.Hash, error) {
	h := blob.Sum(content)
	s[h] = content
	return h, nil
}

// upper writes its inputs in capitals.
type upper struct{ err error }

func (u upper) Run(_ context.Context, j deal.Job) (map[string][]byte, uint64, error) {
	outputs := map[string][]byte{}
	for name, content := range j.Inputs {
		outputs[name+".out"] = bytes.ToUpper(content)
	}
	return outputs, 7, u.err
}

func offer(t *testing.T, s shelf) market.JobOffer {
	t.Helper()
	put := func(content []byte) blob.Hash {
		h, err := s.Put(t.Context(), content)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	list := deal.Files{"b": put([]byte("two")), "a": put([]byte("one"))}
	return market.JobOffer{Module: put([]byte("module")), Inputs: put(list.Encode()), Spec: put(deal.Spec{Memory: 1 << 20, Output: 1 << 10, Fuel: 1000}.Encode())}
}

func TestExecuteKeepsAndFetches(t *testing.T) {
	s := shelf{}
	result, outputs, err := deal.Execute(t.Context(), s, nil, upper{}, "job", offer(t, s))
	if err != nil || result.Fuel != 7 {
		t.Fatalf("%+v, %v", result, err)
	}
	if _, err := deal.Outputs(t.Context(), s, result); !errors.Is(err, blob.ErrMissing) {
		t.Errorf("outputs before they are kept: %v", err)
	}
	if err := deal.Keep(t.Context(), s, outputs); err != nil {
		t.Fatal(err)
	}
	got, err := deal.Outputs(t.Context(), s, result)
	if err != nil || len(got) != 2 || string(got["a.out"]) != "ONE" || string(got["b.out"]) != "TWO" {
		t.Errorf("outputs %q, %v", got, err)
	}
}

func TestAFailedJobIsAResult(t *testing.T) {
	s := shelf{}
	o := offer(t, s)
	result, outputs, err := deal.Execute(t.Context(), s, nil, upper{fmt.Errorf("%w: trap", deal.ErrJob)}, "job", o)
	if err != nil || result != (market.Result{Digest: deal.Failed()}) {
		t.Errorf("%+v, %v", result, err)
	}
	if err := deal.Keep(t.Context(), s, outputs); err != nil || s[deal.Failed()] == nil {
		t.Errorf("kept: %v", err)
	}
	if _, err := deal.Outputs(t.Context(), s, result); !errors.Is(err, deal.ErrJob) {
		t.Errorf("outputs of a failed job: %v", err)
	}
	o.Spec, _ = s.Put(t.Context(), []byte(`{"memory":1}`))
	if result, _, err := deal.Execute(t.Context(), s, nil, upper{}, "job", o); err != nil || result.Digest != deal.Failed() {
		t.Errorf("job without limits: %+v, %v", result, err)
	}
	accident := errors.New("no memory left on this host")
	if _, _, err := deal.Execute(t.Context(), s, nil, upper{accident}, "job", offer(t, s)); !errors.Is(err, accident) {
		t.Errorf("an accident of the host became a result: %v", err)
	}
}

// What a description without replicas looks like is on chains already, by its hash.
func TestSpecOfReplicas(t *testing.T) {
	alone := deal.Spec{Memory: 1, Output: 2, Fuel: 3}
	if got := string(alone.Encode()); got != `{"memory":1,"output":2,"fuel":3}` {
		t.Errorf("without replicas: %s", got)
	}
	grouped := alone
	grouped.Group, grouped.Replicas = blob.Hash{7}, 3
	if got, err := deal.DecodeSpec(grouped.Encode()); err != nil || got != grouped {
		t.Errorf("with replicas: %+v, %v", got, err)
	}
	for what, alter := range map[string]func(*deal.Spec){
		"no name":     func(s *deal.Spec) { s.Group = blob.Hash{} },
		"no replicas": func(s *deal.Spec) { s.Replicas = 0 },
		"one replica": func(s *deal.Spec) { s.Replicas = 1 },
	} {
		s := grouped
		alter(&s)
		if _, err := deal.DecodeSpec(s.Encode()); !errors.Is(err, deal.ErrSpec) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestDecodeFilesIsCanonical(t *testing.T) {
	h := blob.Sum(nil).String()
	refuse := func(text string) {
		t.Helper()
		if f, err := deal.DecodeFiles([]byte(text)); !errors.Is(err, deal.ErrFiles) {
			t.Errorf("%q decodes to %v, %v", text, f, err)
		}
	}
	refuse("")
	refuse("tadpole/files/1")
	refuse("tadpole/files/1\n" + h + " a")
	refuse("tadpole/files/1\n" + h + " b\n" + h + " a\n")
	refuse("tadpole/files/1\n" + h + " a\n" + h + " a\n")
	refuse("tadpole/files/1\n" + h + " ../a\n")
	refuse("tadpole/files/1\n" + h + "  \n\n")
	refuse("tadpole/files/1\nxyz a\n")
	if f, err := deal.DecodeFiles([]byte("tadpole/files/1\n" + h + " a\n")); err != nil || f["a"] != blob.Sum(nil) {
		t.Errorf("%v, %v", f, err)
	}
}

func FuzzDecodeFiles(f *testing.F) {
	f.Add([]byte("tadpole/files/1\n"))
	f.Add(deal.Files{"a": blob.Sum(nil)}.Encode())
	f.Fuzz(func(t *testing.T, encoded []byte) {
		if list, err := deal.DecodeFiles(encoded); err == nil && !bytes.Equal(list.Encode(), encoded) {
			t.Errorf("%q is not canonical", encoded)
		}
	})
}
