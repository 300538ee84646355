package service

import (
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/procure"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// PurchaseConfig says where and for what the tasks that devices hand over are
// bought, with the server's account.
type PurchaseConfig struct {
	Solver string // URL
	Terms  procure.Terms
	Poll   time.Duration // how often the chain is asked; 0 = 2 s
}

var _ aggregator.Heavy = (*procure.Buyer)(nil)

func (s *Service) openBuyer(identity *key.Key, c PurchaseConfig) (*procure.Buyer, error) {
	if s.bank == nil {
		return nil, fmt.Errorf("buy tasks at %s: %w", c.Solver, aggregator.ErrNoMarket)
	}
	client, err := solve.NewClient(c.Solver)
	if err != nil {
		return nil, err
	}
	return procure.New(procure.Config{Key: identity, Market: s.bank.market, Solver: client, Terms: c.Terms, Poll: c.Poll, Logger: s.log}), nil
}
