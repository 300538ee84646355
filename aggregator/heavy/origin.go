package heavy

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Origin serves the inputs that are too large for a submission to the nodes that
// fetch them: an http.Handler, to be listened for at an address which they reach.
// Each lies under a hash, which nobody guesses, for as long as it is on offer.
type Origin struct {
	base string // URL at which nodes reach it

	mu    sync.Mutex
	files map[string]offered // by path
}

type offered struct {
	source Source
	users  int
}

// NewOrigin takes the URL at which nodes reach it.
func NewOrigin(base string) *Origin {
	return &Origin{base: strings.TrimSuffix(base, "/"), files: map[string]offered{}}
}

func (o *Origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	f, found := o.files[r.URL.Path]
	o.mu.Unlock()
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(f.source.Content, 0, f.source.Size))
}

// offer puts content up under a file's name; withdraw takes it down.
func (o *Origin) offer(name string, s Source) (url string, withdraw func()) {
	at := fmt.Sprintf("/%s/%s", s.Name, name)
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.files[at]
	o.files[at] = offered{s, f.users + 1}
	return o.base + at, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if f := o.files[at]; f.users > 1 {
			o.files[at] = offered{f.source, f.users - 1}
		} else {
			delete(o.files, at)
		}
	}
}

// lighten gives the inputs of a job such that they fit into its submission: the
// largest contents are put up at the origin.
func (o *Origin) lighten(inputs []Input) (light []Input, withdraw func()) {
	light = slices.Clone(inputs)
	total := int64(0)
	order := make([]int, len(light))
	for i, in := range light {
		total += in.size()
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(light[b].size(), light[a].size()) })
	var all []func()
	for _, i := range order {
		if total <= maxInline {
			break
		}
		in := light[i]
		total -= in.size()
		source := in.Source
		if source == nil {
			source = &Source{Name: blob.Sum(in.Content), Content: bytes.NewReader(in.Content), Size: in.size()}
		}
		url, down := o.offer(path.Base(in.Target), *source)
		all = append(all, down)
		light[i] = Input{Target: in.Target, URL: url}
	}
	return light, func() {
		for _, down := range all {
			down()
		}
	}
}

// readSmall reads the sources that a submission can carry; a larger one stays.
func readSmall(inputs []Input) error {
	for i, in := range inputs {
		if in.Source == nil || in.Source.Size > maxInline {
			continue
		}
		content := make([]byte, in.Source.Size)
		if _, err := io.ReadFull(io.NewSectionReader(in.Source.Content, 0, in.Source.Size), content); err != nil {
			return fmt.Errorf("read input %s: %w", in.Target, err)
		}
		inputs[i] = Input{Target: in.Target, Content: content}
	}
	return nil
}
