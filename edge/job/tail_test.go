package job

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestTailKeepsTheEnd(t *testing.T) {
	var w tail
	var all strings.Builder
	for i := range 3000 {
		fmt.Fprintf(io.MultiWriter(&w, &all), "line %d\n", i)
	}
	if want := all.String()[all.Len()-tailSize:]; w.String() != want {
		t.Errorf("kept %d bytes ending in %q, want %d", len(w.String()), w.String()[len(w.String())-10:], len(want))
	}
	w.Write(bytes.Repeat([]byte{0xff}, 3*tailSize))
	if len(w.kept) != tailSize || strings.ContainsRune(w.String(), 0xfffd) {
		t.Errorf("kept %d bytes, want %d of valid text", len(w.kept), tailSize)
	}
}
