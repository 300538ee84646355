package buy_test

import (
	"context"
	"errors"
	"math/big"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/market"
)

// named is a job under a name; asked counts how often it was described.
func (x *trade) named(nonce int64, asked *int, alter func(*buy.Terms)) buy.Named {
	return buy.Named{Nonce: new(big.Int).Lsh(big.NewInt(nonce), 200), Order: func(context.Context) (buy.Order, error) {
		*asked++
		t := terms
		if alter != nil {
			alter(&t)
		}
		return buy.Order{Module: []byte("module"), Inputs: map[string][]byte{"in": {byte(*asked)}}, Terms: t}, nil
	}}
}

// later runs Once until its end.
func (x *trade) later(n buy.Named) (done chan buy.Done, fault chan error, end func()) {
	ctx, cancel := context.WithTimeout(x.t.Context(), time.Minute)
	done, fault = make(chan buy.Done, 1), make(chan error, 1)
	go func() {
		d, err := x.buyer.Once(ctx, n)
		done <- d
		fault <- err
	}()
	return done, fault, cancel
}

// posted waits for so many offers.
func (x *trade) posted(count int) market.SignedJob {
	x.t.Helper()
	var last market.SignedJob
	x.Await("an offer", func() bool {
		x.shop.mu.Lock()
		defer x.shop.mu.Unlock()
		if len(x.shop.jobs) < count {
			return false
		}
		last = x.shop.jobs[count-1]
		return true
	})
	return last
}

func (x *trade) count() int {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	return len(x.shop.jobs)
}

// once: a buyer that is ended between its offer and the match offers the job again
// under its name; only one of the offers can be matched, and it finds that one,
// asked a third time too.
func (x *trade) once() {
	asked, before, offers := 0, x.free(), x.count()
	n := x.named(1, &asked, nil)
	_, fault, end := x.later(n)
	first := x.posted(offers + 1)
	end()
	if err := <-fault; !errors.Is(err, context.Canceled) {
		x.t.Errorf("ended: %v", err)
	}
	var states []market.DealState
	n.Report = func(d buy.Done) { states = append(states, d.State) }
	done, fault, end := x.later(n)
	defer end()
	second := x.posted(offers + 2)
	if first.Offer.Nonce.Cmp(second.Offer.Nonce) != 0 || first.Offer.Inputs == second.Offer.Inputs {
		x.t.Errorf("offered as %v, then as %v", first.Offer.Nonce, second.Offer.Nonce)
	}
	id := x.match(first) // the earlier one
	x.submit(id, map[string][]byte{"out": []byte("come")})
	d, err := <-done, <-fault
	if err != nil || d.ID != id || string(d.Outputs["out"]) != "come" || d.State != market.DealSubmitted {
		x.t.Errorf("done %+v, %v", d, err)
	}
	if len(states) == 0 || states[len(states)-1] != market.DealSubmitted {
		x.t.Errorf("reported %v", states)
	}
	if d, err = x.buyer.Once(x.t.Context(), n); err != nil || d.ID != id || asked != 2 || x.count() != offers+2 {
		x.t.Errorf("asked again: %+v, %v, described %d times", d, err, asked)
	}
	cost := new(big.Int).Add(first.Offer.Most(), new(big.Int))
	if b := x.free(); new(big.Int).Sub(before, b).Cmp(cost) > 0 {
		x.t.Errorf("it took %v, more than one deal can cost: %v", new(big.Int).Sub(before, b), cost)
	}
}

func (x *trade) onceUnmatched() {
	asked := 0
	d, err := x.buyer.Once(x.t.Context(), x.named(2, &asked, func(t *buy.Terms) { t.Valid = time.Second }))
	if !errors.Is(err, buy.ErrUnmatched) || d.Deal.Job.Nonce == nil || d.ID != (market.DealID{}) {
		x.t.Errorf("done %+v, %v", d, err)
	}
	if _, err := x.buyer.Once(x.t.Context(), x.named(3, &asked, func(t *buy.Terms) { t.Trusted = big.NewInt(1) })); !errors.Is(err, buy.ErrMediators) {
		x.t.Errorf("one trusted mediator where three are wanted: %v", err)
	}
}

// onceChecked: a result counts for nothing until mediators have found it, however
// long they take.
func (x *trade) onceChecked() {
	asked, offers := 0, x.count()
	n := x.named(4, &asked, func(t *buy.Terms) { t.VoteWithin = 2 * time.Second })
	n.Check = true
	done, fault, end := x.later(n)
	defer end()
	x.submit(x.match(x.posted(offers+1)), map[string][]byte{"out": []byte("come")})
	d, err := <-done, <-fault // nobody votes
	if !errors.Is(err, buy.ErrOver) || d.State != market.DealUnresolved || d.Outputs != nil {
		x.t.Errorf("done %+v, %v", d, err)
	}
}
