package job

import "strings"

// tailSize is how much of a stream of complaints is worth keeping, in bytes.
const tailSize = 4 << 10

// tail is a writer that keeps the last tailSize bytes, however many flow.
type tail struct{ kept []byte }

func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b[max(0, len(b)-tailSize):]...)
	if over := len(t.kept) - tailSize; over > 0 {
		t.kept = t.kept[:copy(t.kept, t.kept[over:])]
	}
	return len(b), nil
}

func (t *tail) String() string { return strings.ToValidUTF8(string(t.kept), "?") }
