package deal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Bounds of a job's files, in and out: what a runner takes.
const (
	maxFiles = 64
	maxName  = 255 // bytes
)

// ErrFiles marks a list of files that no honest party made.
var ErrFiles = errors.New("invalid list of files")

// Files lists a job's inputs or outputs by name. Its encoding is canonical, so the
// SHA-256 of it names the files, and equal files have one digest.
type Files map[string]blob.Hash

const filesHead = "tadpole/files/1\n"

// failed is what stands in place of the outputs of a job that ran and failed: by
// a trap, an exit code or a limit, which come the same everywhere.
const failed = "tadpole/failed/1\n"

// Failed is the digest of the result of a job that fails.
func Failed() blob.Hash { return blob.Sum([]byte(failed)) }

// Encode gives one line a file, sorted by name: its hash, a space, its name.
func (f Files) Encode() []byte {
	var b bytes.Buffer
	b.WriteString(filesHead)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&b, "%s %s\n", f[name], name)
	}
	return b.Bytes()
}

// DecodeFiles is the inverse of Encode and takes nothing else.
func DecodeFiles(encoded []byte) (Files, error) {
	lines, found := strings.CutPrefix(string(encoded), filesHead)
	if !found {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrFiles, strings.TrimSpace(filesHead))
	}
	f := Files{}
	for line := range strings.Lines(lines) {
		text, name, found := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		h, err := blob.ParseHash(text)
		if !found || err != nil {
			return nil, fmt.Errorf("%w: line %.80q", ErrFiles, line)
		}
		if err := checkName(name); err != nil {
			return nil, err
		}
		f[name] = h
		if len(f) > maxFiles {
			return nil, fmt.Errorf("%w: more than %d", ErrFiles, maxFiles)
		}
	}
	if !bytes.Equal(f.Encode(), encoded) {
		return nil, fmt.Errorf("%w: not in canonical form", ErrFiles)
	}
	return f, nil
}

func checkName(name string) error {
	if name == "." || !fs.ValidPath(name) || len(name) > maxName || strings.ContainsAny(name, "/\x00\n\r") {
		return fmt.Errorf("%w: name %.80q is not one path element of 1 to %d bytes", ErrFiles, name, maxName)
	}
	return nil
}

// FilesOf lists contents.
func FilesOf(contents map[string][]byte) (Files, error) {
	if len(contents) > maxFiles {
		return nil, fmt.Errorf("%w: %d, at most %d", ErrFiles, len(contents), maxFiles)
	}
	f := Files{}
	for name, content := range contents {
		if err := checkName(name); err != nil {
			return nil, err
		}
		f[name] = blob.Sum(content)
	}
	return f, nil
}
