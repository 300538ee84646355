package heavy

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Result is what one execution left: files by their paths, "outputs/update.bin".
type Result struct {
	Execution Execution
	Files     map[string][]byte
}

// Own files of Bacalhau's in a result.
const (
	StdoutFile = "stdout"
	StderrFile = "stderr"
	exitFile   = "exitCode"
)

// Within gives the files below a directory, by their names in it.
func (r Result) Within(directory string) map[string][]byte {
	files := map[string][]byte{}
	for name, content := range r.Files {
		if rest, is := strings.CutPrefix(name, directory+"/"); is {
			files[rest] = content
		}
	}
	return files
}

// Manifest names all that a job left in its output directories by one hash: a line
// a file, its SHA-256 and its path, sorted. Archives have times in them; this has
// none, so equal results have one manifest.
func (r Result) Manifest() blob.Hash {
	var text strings.Builder
	text.WriteString("tadpole/results/1\n")
	for _, name := range slices.Sorted(maps.Keys(r.Files)) {
		if strings.Contains(name, "/") {
			fmt.Fprintf(&text, "%s %s\n", blob.Sum(r.Files[name]), name)
		}
	}
	return blob.Sum([]byte(text.String()))
}

// maxFetched is how many files a result may have.
const maxFetched = 4096

// Fetch downloads what an execution left.
func (c *Cluster) Fetch(ctx context.Context, e Execution) (Result, error) {
	r := Result{Execution: e}
	address, _ := e.result.Params["URL"].(string)
	if address == "" {
		return r, fmt.Errorf("result of execution %s: %w: it was published as %q, not by URL", e.ID, ErrResult, e.result.Type)
	}
	var err error
	for attempt := range 4 {
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return r, ctx.Err()
			case <-time.After(time.Duration(attempt*attempt) * 100 * time.Millisecond):
			}
		}
		if r.Files, err = c.download(ctx, address); err == nil {
			return r, nil
		}
		if errors.Is(err, ErrResult) {
			break // it would be the same again
		}
	}
	return r, fmt.Errorf("result of execution %s on %s: %w", e.ID, e.Node, err)
}

func (c *Cluster) download(ctx context.Context, address string) (map[string][]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrResult, err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		kind := ErrResult
		if response.StatusCode >= 500 {
			kind = ErrUnreachable
		}
		return nil, fmt.Errorf("%w: %s: %s", kind, address, response.Status)
	}
	return unpack(response.Body, c.config.MaxResult)
}

// unpack reads a .tar.gz of at most so many bytes. Files only, and none by a path
// that leads elsewhere.
func unpack(from io.Reader, most int64) (map[string][]byte, error) {
	z, err := gzip.NewReader(from)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrResult, err)
	}
	return untar(z, most)
}

func untar(from io.Reader, most int64) (map[string][]byte, error) {
	files := map[string][]byte{}
	for archive := tar.NewReader(from); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrResult, err)
		}
		name := path.Clean(strings.TrimPrefix(h.Name, "./"))
		if h.Typeflag == tar.TypeDir {
			continue
		}
		if h.Typeflag != tar.TypeReg || !validPath(name) {
			return nil, fmt.Errorf("%w: it holds %.80q, which is no file below it", ErrResult, h.Name)
		}
		if _, twice := files[name]; twice || len(files) >= maxFetched {
			return nil, fmt.Errorf("%w: %.80q is in it twice, or it has more than %d files", ErrResult, name, maxFetched)
		}
		content, err := io.ReadAll(io.LimitReader(archive, most+1))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrResult, err)
		}
		if most -= int64(len(content)); most < 0 {
			return nil, fmt.Errorf("%w: it is larger than it may be", ErrResult)
		}
		files[name] = content
	}
}

func validPath(name string) bool {
	return name != "." && name != ".." && !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "../") && !strings.ContainsAny(name, "\x00\n")
}
