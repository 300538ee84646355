package provide_test

import (
	"context"
	"errors"
	"math/big"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/contracts/town"
)

// stuck fails once by an accident, and then runs until it is ended; it tells why.
type stuck struct {
	begun chan int
	ended chan error
	tries *int // the worker's alone
}

func (s stuck) Run(ctx context.Context, _ deal.Job) (map[string][]byte, uint64, error) {
	*s.tries++
	s.begun <- *s.tries
	if *s.tries == 1 {
		return nil, 0, errors.New("the node failed")
	}
	<-ctx.Done()
	s.ended <- context.Cause(ctx)
	return nil, 0, ctx.Err()
}

// A job that met an accident is tried again, after a pause; one whose deal is over
// is ended, and told so, since it may run elsewhere.
func TestJobOfADealThatIsOver(t *testing.T) {
	t.Parallel()
	w := town.New(t)
	creator, p, solver := w.Party(), w.Party(), w.Party()
	w.Mediators(3)
	w.Stake(creator, p)
	s, err := solve.Open(solve.Config{Dir: solver.Dir, Addresses: w.Addresses, Market: solver.Market, Poll: 50 * time.Millisecond, Logger: w.Log})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(s.Handler())
	t.Cleanup(front.Close)
	client, err := solve.NewClient(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.Run(s.Run)
	r := stuck{begun: make(chan int, 16), ended: make(chan error, 16), tries: new(int)}
	provider(w, p, client, r, coin/100)
	buyer := buy.Buyer{Key: creator.Key, Addresses: w.Addresses, Market: creator.Market, Solver: client, Poll: 50 * time.Millisecond}
	offer, err := buyer.Post(t.Context(), []byte("module"), nil, buy.Terms{Spec: deal.Spec{Memory: 1, Output: 1, Fuel: 1}, Price: (coin / 10).Wei(), Rate: new(big.Int), MatchFee: big.NewInt(5000),
		MediatorFee: (coin / 1000).Wei(), CheckRate: 100, Multiple: 99, Mediators: 3, SubmitWithin: 2 * time.Minute, JudgeWithin: time.Hour, VoteWithin: time.Hour, Valid: 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	<-r.begun
	failed := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case <-r.begun:
		if pause := time.Since(failed); pause < 800*time.Millisecond {
			t.Errorf("tried again after %s, want a pause of a second", pause)
		}
	case <-ctx.Done():
		t.Fatal("it is not tried again")
	}
	done, err := buyer.Await(ctx, offer.Offer, true)
	if !errors.Is(err, buy.ErrOver) || done.State != market.DealExpired {
		t.Errorf("the deal: %+v, %v", done, err)
	}
	select {
	case cause := <-r.ended:
		if !errors.Is(cause, deal.ErrOver) {
			t.Errorf("the job ended because of %v, want that its deal is over", cause)
		}
	case <-ctx.Done():
		t.Fatal("the job still runs")
	}
}
