package market_test

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deliver"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// requested is a job whose creator asked for it on the chain, without an offer.
func (b *bourse) requested() {
	t, ctx := b.t, b.t.Context()
	job, resource, _ := b.pair(nil)
	r, gas, err := b.creator.RequestJob(ctx, "request", job.Offer, 0)
	must(t, "request", err)
	t.Logf("gas of a request: %d", gas)
	if waits, err := b.solver.Escrowed(ctx, r.Job); err != nil || !waits {
		t.Errorf("the request waits: %v, %v", waits, err)
	}
	if list, _, err := b.solver.Requested(ctx, 0); err != nil || len(list) != 1 || list[0].Job.Digest(b.creator.Addresses) != r.Job.Digest(b.creator.Addresses) {
		t.Errorf("requests %+v, %v", list, err)
	}
	id, _, err := b.solver.MatchEscrowed(ctx, r.Job, resource)
	must(t, "match", err)
	result := market.Result{Digest: blob.Sum([]byte("outputs")), Fuel: 5}
	_, err = b.provider.Submit(ctx, id, result)
	must(t, "submit", err)
	if _, err := b.solver.Deliver(ctx, r, result); !errors.Is(err, market.ErrRefused) {
		t.Errorf("delivered before the deal was over: %v", err)
	}
	_, err = b.creator.Accept(ctx, market.Deal{Job: r.Job, Resource: resource.Offer}, result)
	must(t, "accept", err)
	gas, err = b.solver.Deliver(ctx, r, result)
	must(t, "deliver", err)
	t.Logf("gas of a delivery: %d", gas)
}

// requestsEnd: whatever the provider leaves undone, the solver that matched a
// request brings it to its end; what nobody matched, anybody.
func (b *bourse) requestsEnd() {
	t, ctx := b.t, b.t.Context()
	ask := func(id string, alter func(*market.JobOffer)) (market.Request, market.SignedResource) {
		t.Helper()
		job, resource, _ := b.pair(alter)
		r, _, err := b.creator.RequestJob(ctx, id, job.Offer, 60_000)
		must(t, "request", err)
		return r, resource
	}
	vanished, resource := ask("vanished", func(j *market.JobOffer) { j.SubmitWindow = 1 })
	_, _, err := b.solver.MatchEscrowed(ctx, vanished.Job, resource)
	must(t, "match", err)
	unpaid, resource := ask("unpaid", func(j *market.JobOffer) { j.JudgeWindow = 1 })
	id, _, err := b.solver.MatchEscrowed(ctx, unpaid.Job, resource)
	must(t, "match", err)
	result := market.Result{Digest: blob.Sum([]byte("outputs")), Fuel: 7}
	b.truth.know(id, result)
	_, err = b.provider.Submit(ctx, id, result)
	must(t, "submit", err)
	if got, is := unpaid.Job.RequestID(); !is || got.Cmp(unpaid.ID) != 0 {
		t.Errorf("the offer's request is %v, want %v", got, unpaid.ID)
	}
	deal := market.Deal{Job: unpaid.Job, Resource: resource.Offer}
	if _, err := b.solver.Publish(ctx, unpaid.ID, deal, "http://liar"); !errors.Is(err, market.ErrRefused) {
		t.Errorf("a stranger published: %v", err)
	}
	_, err = b.provider.Publish(ctx, unpaid.ID, deal, "http://outputs")
	must(t, "publish", err)
	now, err := b.creator.Now(ctx)
	must(t, "now", err)
	unmatched, _ := ask("unmatched", func(j *market.JobOffer) { j.Expiry = uint64(now.Unix()) + 20 })
	if _, err := b.provider.GiveUp(ctx, unmatched); !errors.Is(err, market.ErrRefused) {
		t.Errorf("given up before it expired: %v", err)
	}

	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	d := deliver.New(deliver.Config{Market: b.solver, Grace: time.Second, Poll: 50 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	go func() { done <- d.Run(running) }()
	// The creator is an account without code: a call of it succeeds.
	b.delivered(vanished, market.RequestStatus{CallbackGas: 60_000, Delivered: true, Called: true, State: market.DealExpired})
	accepted := market.RequestStatus{CallbackGas: 60_000, Delivered: true, Called: true, State: market.DealAccepted, Digest: result.Digest, URI: "http://outputs"}
	if b.state(id).State == market.DealChecking || b.ends(id) == market.DealUpheld {
		accepted.State = market.DealUpheld // the draw hit
	}
	b.delivered(unpaid, accepted)
	stop()
	must(t, "deliver", <-done)
	retry(t, "give up", func() error { _, err := b.provider.GiveUp(ctx, unmatched); return err })
	b.delivered(unmatched, market.RequestStatus{CallbackGas: 60_000, Delivered: true, Called: true, State: market.DealExpired})
	if found, err := b.creator.RequestOf(ctx, unmatched.ID); err != nil || found.Job.Digest(b.creator.Addresses) != unmatched.Job.Digest(b.creator.Addresses) {
		t.Errorf("request %v by its id: %+v, %v", unmatched.ID, found, err)
	}
}

// delivered waits for the outcome of a request.
func (b *bourse) delivered(r market.Request, want market.RequestStatus) {
	b.t.Helper()
	var got market.RequestStatus
	for deadline := time.Now().Add(60 * time.Second); !got.Delivered && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var err error
		got, err = b.creator.RequestStatus(b.t.Context(), r.ID)
		must(b.t, "status of a request", err)
	}
	if got != want {
		b.t.Errorf("request %v: %+v, want %+v", r.ID, got, want)
	}
}
