package job

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

func encoded(t testing.TB, f frame, blobs ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writeFrame(bufio.NewWriter(&b), f, blobs...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(b []byte, limit uint64) (frame, [][]byte, error) {
	return readFrame(bufio.NewReader(bytes.NewReader(b)), limit)
}

func TestFrames(t *testing.T) {
	large := bytes.Repeat([]byte("large"), 1<<20)
	f := frame{Request: &request{Hash: blob.Sum(nil), Inputs: []inputHeader{{"a", ""}, {"b", "/b"}}, Memory: 1, Output: 2, Deadline: time.Second}}
	b := encoded(t, f, large, nil, []byte("x"))
	got, blobs, err := decoded(b, uint64(len(large)+1))
	if err != nil || !reflect.DeepEqual(got.Request, f.Request) {
		t.Errorf("got %+v, error %v; want %+v", got.Request, err, f.Request)
	}
	if len(blobs) != 3 || !bytes.Equal(blobs[0], large) || len(blobs[1]) != 0 || string(blobs[2]) != "x" {
		t.Errorf("got %d blobs, want what was sent", len(blobs))
	}
	if _, _, err := decoded(b, uint64(len(large))); !errors.Is(err, errFrame) {
		t.Errorf("blobs beyond the limit: error %v, want %v", err, errFrame)
	}
	for _, n := range []int{1, 3, 4, 20, len(b) - 1} {
		if _, _, err := decoded(b[:n], maxInline); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut off after %d bytes: error %v, want %v", n, err, io.ErrUnexpectedEOF)
		}
	}
	if _, _, err := decoded(binary.BigEndian.AppendUint32(nil, maxHeader+1), 0); !errors.Is(err, errFrame) {
		t.Errorf("long header: error %v, want %v", err, errFrame)
	}
}

func TestAnswersKeepTheKindOfFailure(t *testing.T) {
	for _, kind := range failures() {
		want := failed(kind, "in detail")
		if kind == ErrExit {
			want = &ExitError{7, "last words"}
		}
		a, _ := answerOf(Result{}, want)
		if _, err := a.result(nil); !errors.Is(err, kind) || err.Error() != want.Error() {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	a, _ := answerOf(Result{}, errors.New("of no kind"))
	if _, err := a.result(nil); !errors.Is(err, ErrRunner) || !strings.Contains(err.Error(), "of no kind") {
		t.Errorf("got %v, want %v", err, ErrRunner)
	}
}

// A guest that broke out may answer what it likes.
func TestForgedAnswersAreNotBelieved(t *testing.T) {
	one := [][]byte{nil}
	for name, c := range map[string]struct {
		answer answer
		blobs  [][]byte
	}{
		"unknown failure":  {answer{Failure: 99}, nil},
		"negative failure": {answer{Failure: -1}, nil},
		"long stderr":      {answer{Stderr: strings.Repeat("x", 100_000)}, nil},
		"no content":       {answer{Outputs: []string{"a"}}, nil},
		"no name":          {answer{}, one},
		"path":             {answer{Outputs: []string{"../../etc/cron.d/x"}}, one},
		"twice":            {answer{Outputs: []string{"a", "a"}}, [][]byte{nil, nil}},
		"not sorted":       {answer{Outputs: []string{"b", "a"}}, [][]byte{nil, nil}},
		"too many":         {answer{Outputs: make([]string, 65)}, make([][]byte, 65)},
	} {
		if r, err := c.answer.result(c.blobs); !errors.Is(err, ErrRunner) {
			t.Errorf("%s: got %+v, error %v; want %v", name, r, err, ErrRunner)
		}
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add(encoded(f, frame{Ready: true}))
	f.Add(encoded(f, frame{Answer: &answer{Outputs: []string{"a"}}}, []byte("content")))
	f.Add(encoded(f, frame{Setup: &setup{WarmModules: 1}}))
	f.Add(binary.BigEndian.AppendUint32(nil, 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		const limit = 1 << 16
		got, blobs, err := decoded(b, limit)
		if err != nil {
			return
		}
		total := 0
		for _, b := range blobs {
			total += len(b)
		}
		if total > limit || total > len(b) {
			t.Errorf("%d bytes of blobs from %d", total, len(b))
		}
		if got.Answer != nil {
			if r, err := got.Answer.result(blobs); err == nil && len(r.Outputs) > maxFiles {
				t.Errorf("%d outputs", len(r.Outputs))
			}
		}
	})
}

func TestServeRefusesANonsenseDaemon(t *testing.T) {
	start := encoded(t, frame{Setup: &setup{WarmModules: 1}})
	request := func(inputs ...inputHeader) frame { return frame{Request: &request{Inputs: inputs, Memory: 1}} }
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"nothing":           {nil, errFrame},
		"no setup":          {encoded(t, frame{Ready: true}), errFrame},
		"setup alone":       {start, nil},
		"no request":        {slices.Concat(start, encoded(t, frame{Ready: true})), errFrame},
		"input, no content": {slices.Concat(start, encoded(t, request(inputHeader{Name: "a"}))), errFrame},
		"no module":         {slices.Concat(start, encoded(t, request())), io.ErrUnexpectedEOF},
		"half a request":    {slices.Concat(start, encoded(t, request())[:9]), io.ErrUnexpectedEOF},
		"request twice":     {slices.Concat(start, encoded(t, request()), encoded(t, request())), errFrame},
	} {
		if err := Serve(bytes.NewReader(c.in), io.Discard); !errors.Is(err, c.want) {
			t.Errorf("%s: got error %v, want %v", name, err, c.want)
		}
	}
}
