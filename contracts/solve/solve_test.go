package solve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/contracts/town"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// go-ethereum's database ends one goroutine late and never ends another.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"))
}

// house is a solver in a town, with a creator and providers.
type house struct {
	*town.Town
	t       *testing.T
	creator *town.Party
	solver  *town.Party
	client  *solve.Client
	pool    *big.Int
	ready   market.JobOffer // its blobs are posted
	machine blob.Hash
}

func (h *house) open() *solve.Solver {
	h.t.Helper()
	s, err := solve.Open(solve.Config{Dir: h.solver.Dir, Addresses: h.Addresses, Market: h.solver.Market, Poll: 50 * time.Millisecond, MaxBlob: 1000, MaxStore: 4000, Logger: h.Log})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// serve has the client ask a solver.
func (h *house) serve(s *solve.Solver) {
	h.t.Helper()
	front := httptest.NewServer(s.Handler())
	h.t.Cleanup(front.Close)
	var err error
	if h.client, err = solve.NewClient(front.URL); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) put(content []byte) blob.Hash {
	h.t.Helper()
	hash, err := h.client.Put(h.t.Context(), content)
	if err != nil {
		h.t.Fatal(err)
	}
	return hash
}

func newHouse(t *testing.T) *house {
	h := &house{Town: town.New(t), t: t}
	h.creator, h.solver = h.Party(), h.Party()
	h.Mediators(3)
	h.Stake(h.creator)
	h.serve(h.open())
	ctx := t.Context()
	pool, err := h.creator.Market.ActiveMediators(ctx)
	if err != nil {
		t.Fatal(err)
	}
	h.pool = pool
	fee := (town.Coin / 1000).Wei()
	deposit, err := h.creator.Market.LeastDeposit(ctx, 3, 3, fee)
	if err != nil {
		t.Fatal(err)
	}
	h.machine = h.put(deal.Capabilities{Memory: 1 << 20, Output: 1 << 20, Fuel: 1 << 20}.Encode())
	h.ready = market.JobOffer{Creator: h.creator.Key.Address(), Module: h.put([]byte("module")), Inputs: h.put(deal.Files{}.Encode()),
		Spec: h.put(deal.Spec{Memory: 1 << 20, Output: 1 << 20, Fuel: 1 << 20}.Encode()), Price: (town.Coin / 100).Wei(), Rate: new(big.Int), MatchFee: big.NewInt(5000),
		MediatorFee: fee, MediatorDeposit: deposit, CheckRate: 500, Multiple: 19, Mediation: 3, SubmitWindow: 3600, JudgeWindow: 3600, CommitWindow: 3600, RevealWindow: 3600,
		Mediators: pool, Nonce: new(big.Int), Expiry: uint64(time.Now().Add(48 * time.Hour).Unix())}
	return h
}

// offer is a provider's that fits.
func (h *house) offer(p *town.Party) market.ResourceOffer {
	return market.ResourceOffer{Provider: p.Key.Address(), Capabilities: h.machine, Price: (town.Coin / 200).Wei(), Rate: new(big.Int), MatchFee: new(big.Int), Multiple: 19,
		Mediators: h.pool, Nonce: new(big.Int), Expiry: h.ready.Expiry}
}

// Of the providers that fit, the cheapest gets the job, after a restart of the
// solver too; what does not fit waits on.
func TestTheCheapestThatFitsGetsTheJob(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	weak := h.put(deal.Capabilities{Memory: 1, Output: 1, Fuel: 1}.Encode())
	alter := []func(*market.ResourceOffer){
		func(r *market.ResourceOffer) { r.Price = (town.Coin / 150).Wei() },
		func(r *market.ResourceOffer) {}, // the cheapest that fits
		func(r *market.ResourceOffer) { r.Price, r.Capabilities = (town.Coin / 1000).Wei(), weak },
		func(r *market.ResourceOffer) { r.Price, r.Multiple = (town.Coin / 1000).Wei(), 18 },
	}
	var providers []*town.Party
	for range alter {
		providers = append(providers, h.Party())
	}
	h.Stake(providers...)
	for i, p := range providers {
		offer := h.offer(p)
		alter[i](&offer)
		if err := h.client.PostResource(ctx, offer.Sign(p.Key, h.Addresses)); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.client.PostJob(ctx, h.ready.Sign(h.creator.Key, h.Addresses)); err != nil {
		t.Fatal(err)
	}
	// A file that a disk has spoilt stands in nobody's way.
	offers := filepath.Join(h.solver.Dir, "offers")
	if err := os.WriteFile(filepath.Join(offers, "job-"+strings.Repeat("0", 64)+".json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := h.open()
	h.serve(s)
	if w, err := h.client.Offers(ctx); err != nil || len(w.Jobs) != 1 || len(w.Resources) != len(alter) {
		t.Fatalf("after a restart: %+v, %v", w, err)
	}
	h.Run(s.Run)
	var matches []market.Match
	h.Await("a match", func() (found bool) {
		matches, _, _ = h.creator.Market.Matches(ctx, 0, market.Party{})
		return len(matches) > 0
	})
	if matches[0].Provider != providers[1].Key.Address() || matches[0].Solver != h.solver.Key.Address() {
		t.Errorf("matched with %s by %s", matches[0].Provider, matches[0].Solver)
	}
	h.Await("the book without them", func() bool {
		w, err := h.client.Offers(ctx)
		return err == nil && len(w.Jobs) == 0 && len(w.Resources) == len(alter)-1
	})
	if left, err := filepath.Glob(filepath.Join(offers, "*.unreadable")); err != nil || len(left) != 1 {
		t.Errorf("the spoilt file: %v, %v", left, err)
	}
	if err := h.client.PostJob(ctx, h.ready.Sign(h.creator.Key, h.Addresses)); err == nil || !strings.Contains(err.Error(), "take another") {
		t.Errorf("the same job again: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	h := newHouse(t)
	ctx, poor, stranger := t.Context(), h.Party(), h.Party()
	status := func(what string, err error, want int, words string) {
		t.Helper()
		var r *peer.Refusal
		if !errors.As(err, &r) || r.Status != want || !strings.Contains(r.Text, words) {
			t.Errorf("%s: %v; want %d and %q", what, err, want, words)
		}
	}
	sign := func(alter func(*market.JobOffer)) market.SignedJob {
		j := h.ready
		alter(&j)
		return j.Sign(h.creator.Key, h.Addresses)
	}
	elsewhere := h.Addresses
	elsewhere.Chain++
	status("another's signature", h.client.PostJob(ctx, h.ready.Sign(stranger.Key, h.Addresses)), 400, "signed by")
	status("another market's", h.client.PostJob(ctx, h.ready.Sign(h.creator.Key, elsewhere)), 400, "signed by")
	status("no signature", h.client.PostJob(ctx, market.SignedJob{Offer: h.ready}), 400, "signature")
	status("an expired job", h.client.PostJob(ctx, sign(func(j *market.JobOffer) { j.Expiry = 1 })), 400, "expired")
	status("a dear job", h.client.PostJob(ctx, sign(func(j *market.JobOffer) { j.Price = (500 * town.Coin).Wei() })), 400, "deposit more")
	status("a job without module", h.client.PostJob(ctx, sign(func(j *market.JobOffer) { j.Module = blob.Hash{9} })), 404, "posted before")
	status("a job that is described by its module", h.client.PostJob(ctx, sign(func(j *market.JobOffer) { j.Spec = j.Module })), 400, "description")
	resource := h.offer(poor)
	status("a provider without stake", h.client.PostResource(ctx, resource.Sign(poor.Key, h.Addresses)), 400, "stake more")
	h.Stake(poor)
	resource.Capabilities = blob.Hash{9}
	status("a machine that nobody described", h.client.PostResource(ctx, resource.Sign(poor.Key, h.Addresses)), 404, "posted before")
	status("another's machine", h.client.PostResource(ctx, h.offer(poor).Sign(stranger.Key, h.Addresses)), 400, "signed by")
	if err := poor.Market.Cancel(ctx, new(big.Int)); err != nil {
		t.Fatal(err)
	}
	status("a cancelled offer", h.client.PostResource(ctx, h.offer(poor).Sign(poor.Key, h.Addresses)), 400, "cancelled")

	_, err := h.client.Put(ctx, make([]byte, 1001))
	status("a large blob", err, 413, "at most 1000 bytes")
	for i := range 8 {
		if _, err = h.client.Put(ctx, bytes.Repeat([]byte{byte(i)}, 900)); err != nil {
			break
		}
	}
	status("a blob too many", err, 507, "its quota is 4000 bytes")
	if w, err := h.client.Offers(ctx); err != nil || len(w.Jobs)+len(w.Resources) != 0 {
		t.Errorf("taken: %+v, %v", w, err)
	}
}

// deaf is a market that nobody can ask.
type deaf struct{ solve.Market }

func (deaf) Now(context.Context) (time.Time, error) { return time.Time{}, errors.New("deaf") }

// Whatever comes over HTTP is refused in words and changes nothing.
func FuzzOffers(f *testing.F) {
	k, err := key.Generate()
	if err != nil {
		f.Fatal(err)
	}
	a := market.Addresses{Chain: 1}
	zero := new(big.Int)
	j, err := json.Marshal(market.JobOffer{Creator: k.Address(), Price: zero, Rate: zero, MatchFee: zero, MediatorFee: zero, MediatorDeposit: zero, Mediators: zero, Nonce: zero}.Sign(k, a))
	if err != nil {
		f.Fatal(err)
	}
	r, err := json.Marshal(market.ResourceOffer{Provider: k.Address(), Price: zero, Rate: zero, MatchFee: zero, Mediators: zero, Nonce: zero}.Sign(k, a))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{j, r, nil, []byte("{}"), []byte("null"), []byte(`{"offer":{"price":-1}}`), []byte(`{"offer":{"price":1e99}}`), bytes.Repeat([]byte("["), 1<<15)} {
		f.Add(seed)
	}
	s, err := solve.Open(solve.Config{Dir: f.TempDir(), Addresses: a, Market: deaf{}})
	if err != nil {
		f.Fatal(err)
	}
	handler := s.Handler()
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{"/v1/jobs", "/v1/resources"} {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
			var said struct{ Error string }
			if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Code != http.StatusBadRequest || said.Error == "" {
				t.Errorf("%s answered %d %s", path, w.Code, w.Body)
			}
		}
	})
}
