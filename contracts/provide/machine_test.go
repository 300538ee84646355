package provide_test

import (
	"context"
	"errors"
	"math/big"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/provide"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// quiet is a market without deals.
type quiet struct{ provide.Market }

func (quiet) Account() key.Address { return key.Address{1} }

func (quiet) Now(context.Context) (time.Time, error) { return time.Now(), nil }

func (quiet) Matches(context.Context, uint64, market.Party) ([]market.Match, uint64, error) {
	return nil, 0, nil
}

func (quiet) FreeNonces(context.Context, key.Address, int) ([]*big.Int, error) {
	return []*big.Int{new(big.Int)}, nil
}

func (quiet) ActiveMediators(context.Context) (*big.Int, error) { return big.NewInt(7), nil }

// board shows what is offered.
type board struct {
	provide.Solver
	machines chan deal.Capabilities
}

func (b board) Put(_ context.Context, content []byte) (blob.Hash, error) {
	machine, err := deal.DecodeCapabilities(content)
	b.machines <- machine
	return blob.Sum(content), err
}

func (board) PostResource(context.Context, market.SignedResource) error { return nil }

// What a provider offers is what its machine can take then, and nothing while it
// can take nothing.
func TestOffersFollowTheMachine(t *testing.T) {
	t.Parallel()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	var down atomic.Bool
	down.Store(true)
	asked := make(chan struct{}, 1024)
	b := board{machines: make(chan deal.Capabilities, 16)}
	p := provide.New(provide.Config{Key: k, Market: quiet{}, Solver: b, Poll: time.Millisecond, Terms: provide.Terms{Machine: deal.Capabilities{Memory: 1}, Price: new(big.Int), Rate: new(big.Int), MatchFee: new(big.Int)},
		Machine: func(context.Context) (deal.Capabilities, error) {
			asked <- struct{}{}
			if down.Load() {
				return deal.Capabilities{}, errors.New("no node is connected")
			}
			return deal.Capabilities{Memory: 5, Output: 6, Fuel: 7, GPU: 1}, nil
		}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	<-asked
	<-asked
	select {
	case m := <-b.machines:
		t.Errorf("offered %+v while no node is connected", m)
	default:
	}
	down.Store(false)
	if m := <-b.machines; !reflect.DeepEqual(m, deal.Capabilities{Memory: 5, Output: 6, Fuel: 7, GPU: 1}) {
		t.Errorf("offered %+v", m)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
