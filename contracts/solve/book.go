package solve

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
)

// maxOffers bounds what a book holds, of each kind.
const maxOffers = 10_000

// job is an offer that waits for a provider.
type job struct {
	market.SignedJob
	Escrowed bool      `json:"escrowed,omitempty"` // a contract's request: it needs no signature
	Posted   time.Time `json:"posted"`
}

// resource is an offer that waits for a job.
type resource struct {
	market.SignedResource
	Posted time.Time `json:"posted"`
}

// book keeps the offers that wait, one file each, named by its digest. A file
// appears whole or not at all, so a kill at any moment loses nothing that was
// acknowledged.
type book struct {
	dir       string
	addresses market.Addresses

	mu        sync.Mutex // guards the rest
	jobs      map[[32]byte]job
	resources map[[32]byte]resource
}

const (
	jobPrefix      = "job-"
	resourcePrefix = "resource-"
	offerSuffix    = ".json"
)

// openBook reads the offers of an earlier run. A file that cannot be read is moved
// aside.
func openBook(dir string, a market.Addresses) (*book, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open book of offers: %w", err)
	}
	b := &book{dir: dir, addresses: a, jobs: map[[32]byte]job{}, resources: map[[32]byte]resource{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open book of offers: %w", err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), offerSuffix) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("open book of offers: %w", err)
		}
		if err := b.load(e.Name(), text); err != nil {
			if err := os.Rename(path, path+".unreadable"); err != nil {
				return nil, fmt.Errorf("open book of offers: %w", err)
			}
		}
	}
	return b, nil
}

func (b *book) load(name string, text []byte) error {
	switch {
	case strings.HasPrefix(name, jobPrefix):
		var j job
		if err := errors.Join(json.Unmarshal(text, &j), j.Offer.Valid()); err != nil {
			return err
		}
		b.jobs[j.Offer.Digest(b.addresses)] = j
	case strings.HasPrefix(name, resourcePrefix):
		var r resource
		if err := errors.Join(json.Unmarshal(text, &r), r.Offer.Valid()); err != nil {
			return err
		}
		b.resources[r.Offer.Digest(b.addresses)] = r
	}
	return nil
}

// addJob keeps an offer; one that is there already is left alone.
func (b *book) addJob(j job) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	digest := j.Offer.Digest(b.addresses)
	if _, found := b.jobs[digest]; found {
		return nil
	}
	if len(b.jobs) >= maxOffers {
		return errFull
	}
	if err := b.write(jobPrefix, digest, j); err != nil {
		return err
	}
	b.jobs[digest] = j
	return nil
}

func (b *book) addResource(r resource) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	digest := r.Offer.Digest(b.addresses)
	if _, found := b.resources[digest]; found {
		return nil
	}
	if len(b.resources) >= maxOffers {
		return errFull
	}
	if err := b.write(resourcePrefix, digest, r); err != nil {
		return err
	}
	b.resources[digest] = r
	return nil
}

var errFull = errors.New("the book of offers is full: try again later")

func (b *book) write(prefix string, digest [32]byte, offer any) error {
	text, err := json.Marshal(offer)
	if err != nil {
		return fmt.Errorf("keep offer: %w", err)
	}
	f, err := os.CreateTemp(b.dir, ".offer-*")
	if err != nil {
		return fmt.Errorf("keep offer: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("keep offer: %w", err)
	}
	if err := os.Rename(f.Name(), b.path(prefix, digest)); err != nil {
		return fmt.Errorf("keep offer: %w", err)
	}
	return nil
}

func (b *book) path(prefix string, digest [32]byte) string {
	return filepath.Join(b.dir, prefix+hex.EncodeToString(digest[:])+offerSuffix)
}

// drop forgets an offer of either kind.
func (b *book) drop(digest [32]byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.jobs, digest)
	delete(b.resources, digest)
	for _, prefix := range []string{jobPrefix, resourcePrefix} {
		if err := os.Remove(b.path(prefix, digest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget offer: %w", err)
		}
	}
	return nil
}

// lists gives what waits, the oldest first.
func (b *book) lists() ([]job, []resource) {
	b.mu.Lock()
	defer b.mu.Unlock()
	jobs, resources := slices.Collect(maps.Values(b.jobs)), slices.Collect(maps.Values(b.resources))
	slices.SortFunc(jobs, func(x, y job) int {
		return cmp.Or(x.Posted.Compare(y.Posted), slices.Compare(x.Signature[:], y.Signature[:]))
	})
	slices.SortFunc(resources, func(x, y resource) int {
		return cmp.Or(x.Posted.Compare(y.Posted), slices.Compare(x.Signature[:], y.Signature[:]))
	})
	return jobs, resources
}
