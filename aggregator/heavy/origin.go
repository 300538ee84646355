package heavy

import (
	"bytes"
	"cmp"
	"fmt"
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
// Each lies under its hash, which nobody guesses, for as long as it is on offer.
type Origin struct {
	base string // URL at which nodes reach it

	mu    sync.Mutex
	files map[string]offered // by path
}

type offered struct {
	content []byte
	users   int
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
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
}

// offer puts content up under a name; withdraw takes it down.
func (o *Origin) offer(name string, content []byte) (url string, withdraw func()) {
	at := fmt.Sprintf("/%s/%s", blob.Sum(content), name)
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.files[at]
	o.files[at] = offered{content, f.users + 1}
	return o.base + at, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if f := o.files[at]; f.users > 1 {
			o.files[at] = offered{f.content, f.users - 1}
		} else {
			delete(o.files, at)
		}
	}
}

// lighten gives the inputs of a job such that they fit into its submission: the
// largest contents are put up at the origin.
func (o *Origin) lighten(inputs []Input) (light []Input, withdraw func()) {
	light = slices.Clone(inputs)
	total := 0
	order := make([]int, len(light))
	for i, in := range light {
		total += len(in.Content)
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(len(light[b].Content), len(light[a].Content)) })
	var all []func()
	for _, i := range order {
		if total <= maxInline {
			break
		}
		in := light[i]
		total -= len(in.Content)
		url, down := o.offer(path.Base(in.Target), in.Content)
		all = append(all, down)
		light[i] = Input{Target: in.Target, URL: url}
	}
	return light, func() {
		for _, down := range all {
			down()
		}
	}
}
