package solve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// maxOffer bounds an offer's JSON, in bytes.
const maxOffer = 16 << 10

// Waiting are the offers of a solver's book.
type Waiting struct {
	Jobs      []market.JobOffer      `json:"jobs"`
	Resources []market.ResourceOffer `json:"resources"`
}

// Handler takes offers and blobs. Nothing in it is believed: offers are signed,
// blobs are named by their hashes.
func (s *Solver) Handler() http.Handler {
	mux := http.NewServeMux()
	peer.Route(mux, code, peer.About{Addresses: s.config.Addresses, Node: s.config.Node}, s.blobs.Get)
	mux.HandleFunc("POST /v1/blobs", s.postBlob)
	mux.HandleFunc("POST /v1/jobs", s.postJob)
	mux.HandleFunc("POST /v1/resources", s.postResource)
	mux.HandleFunc("GET /v1/offers", s.offers)
	return mux
}

// Serve takes offers at a listener until ctx ends.
func (s *Solver) Serve(ctx context.Context, listener net.Listener) error {
	return peer.Serve(ctx, &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute, IdleTimeout: time.Minute}, listener)
}

func (s *Solver) postBlob(w http.ResponseWriter, r *http.Request) {
	var h blob.Hash
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.config.MaxBlob))
	if err == nil {
		h, err = s.blobs.Put(r.Context(), content)
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = fmt.Errorf("%w: at most %d bytes each", errLarge, large.Limit)
	}
	answer(w, h, err)
}

// errLarge marks a blob that is too large by itself.
var errLarge = errors.New("the blob is larger than the solver takes")

func (s *Solver) postJob(w http.ResponseWriter, r *http.Request) {
	var offer market.SignedJob
	err := read(w, r, &offer)
	if err == nil {
		err = s.takeJob(r.Context(), offer)
	}
	answer(w, nil, err)
}

func (s *Solver) takeJob(ctx context.Context, offer market.SignedJob) error {
	if err := offer.Verify(s.config.Addresses); err != nil {
		return err
	}
	if err := s.open(ctx, offer.Offer.Creator, offer.Offer.Nonce, offer.Offer.Expiry); err != nil {
		return err
	}
	has, err := s.funds(ctx, offer.Offer.Creator)
	if err != nil {
		return err
	}
	if most := offer.Offer.Most(); has.free.Cmp(most) < 0 {
		return fmt.Errorf("the creator has %v wei free in the ledger, the job can cost %v: deposit more", has.free, most)
	}
	if _, err := s.ready(ctx, offer.Offer, s.blobs.touch); err != nil {
		return fmt.Errorf("the job's blobs must be posted before it: %w", err)
	}
	if err := s.book.addJob(job{SignedJob: offer, Posted: time.Now()}); err != nil {
		return err
	}
	s.awake()
	return nil
}

func (s *Solver) postResource(w http.ResponseWriter, r *http.Request) {
	var offer market.SignedResource
	err := read(w, r, &offer)
	if err == nil {
		err = s.takeResource(r.Context(), offer)
	}
	answer(w, nil, err)
}

func (s *Solver) takeResource(ctx context.Context, offer market.SignedResource) error {
	if err := offer.Verify(s.config.Addresses); err != nil {
		return err
	}
	if err := s.open(ctx, offer.Offer.Provider, offer.Offer.Nonce, offer.Offer.Expiry); err != nil {
		return err
	}
	has, err := s.funds(ctx, offer.Offer.Provider)
	if err != nil {
		return err
	}
	if has.stake.Sign() <= 0 {
		return errors.New("the provider has no stake left for collateral: stake more")
	}
	if err := s.blobs.touch(offer.Offer.Capabilities); err != nil {
		return fmt.Errorf("the description of the machine must be posted before the offer: %w", err)
	}
	if err := s.book.addResource(resource{SignedResource: offer, Posted: time.Now()}); err != nil {
		return err
	}
	s.awake()
	return nil
}

// open tells whether an offer can still be matched.
func (s *Solver) open(ctx context.Context, account key.Address, nonce *big.Int, expiry uint64) error {
	now, err := s.config.Market.Now(ctx)
	if err != nil {
		return err
	}
	if expired(expiry, now) {
		return fmt.Errorf("the offer expired at %d: the chain's time is %d", expiry, now.Unix())
	}
	used, err := s.config.Market.NonceUsed(ctx, account, nonce)
	if err == nil && used {
		err = fmt.Errorf("an offer of %s with nonce %v was matched or cancelled: take another", account, nonce)
	}
	return err
}

func (s *Solver) awake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Solver) offers(w http.ResponseWriter, _ *http.Request) {
	var waiting Waiting
	jobs, resources := s.book.lists()
	for _, j := range jobs {
		waiting.Jobs = append(waiting.Jobs, j.Offer)
	}
	for _, r := range resources {
		waiting.Resources = append(waiting.Resources, r.Offer)
	}
	answer(w, waiting, nil)
}

func read(w http.ResponseWriter, r *http.Request, into any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOffer))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read offer: %w", err)
	}
	return nil
}

func answer(w http.ResponseWriter, body any, err error) { peer.JSON(w, code, body, err) }

func code(err error) int {
	switch {
	case errors.Is(err, blob.ErrMissing):
		return http.StatusNotFound
	case errors.Is(err, errLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errNoRoom), errors.Is(err, errFull):
		return http.StatusInsufficientStorage
	}
	return http.StatusBadRequest
}
