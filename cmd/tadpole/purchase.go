package main

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/tadpole-edge/tadpole/aggregator/procure"
	"github.com/tadpole-edge/tadpole/aggregator/service"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// purchase is how `up` has heavy tasks bought, as flags say it.
type purchase struct {
	solver                       string
	price, matchFee, mediatorFee string // coins
	terms                        procure.Terms
	poll                         time.Duration
}

func (p *purchase) flags(f *pflag.FlagSet) {
	f.StringVar(&p.solver, "solver", "", "URL of a solver at which the tasks that devices hand over are bought as deals, with the server's account; takes --chain or --node")
	f.StringVar(&p.price, "task-price", "0.01", "coins, the most that is paid for a task")
	f.StringVar(&p.matchFee, "task-match-fee", "0.0001", "coins, to the solver for each")
	f.StringVar(&p.mediatorFee, "task-mediator-fee", "0.001", "coins, to each mediator if a task's update is checked")
	f.BoolVar(&p.terms.Check, "task-check", false, "have mediators run every bought task again before its update counts")
	f.Uint16Var(&p.terms.CheckRate, "task-check-rate", 500, "else: basis points of bought tasks that mediators run again")
	f.Uint16Var(&p.terms.Multiple, "task-multiple", 19, "least collateral of a task's provider, in multiples of the price")
	f.Uint8Var(&p.terms.Mediators, "task-mediators", 3, "mediators asked first; the data's owner must let them see data")
	f.Uint64Var(&p.terms.Fuel, "task-fuel", 1<<40, "units of work that a bought task may take")
	f.DurationVar(&p.terms.Valid, "task-valid", 5*time.Minute, "how long a provider is looked for")
	f.DurationVar(&p.terms.SubmitWithin, "task-submit-within", 0, "time for the provider, from the match (default the federation's deadline)")
	f.DurationVar(&p.terms.JudgeWithin, "task-judge-within", 10*time.Minute, "time to dispute a task's update; its provider is paid after it")
	f.DurationVar(&p.terms.VoteWithin, "task-vote-within", 10*time.Minute, "time for mediators to commit, and again to reveal")
	f.DurationVar(&p.poll, "task-poll", time.Second, "how often the chain is asked about the deals")
}

// config is nil where nothing is bought.
func (p *purchase) config(market bool) (*service.PurchaseConfig, error) {
	if p.solver == "" {
		return nil, nil
	}
	if !market {
		return nil, fmt.Errorf("%w: --solver buys with coins: it takes --chain or --node", errUsage)
	}
	var top, match, mediator config.Amount
	if err := coins(map[string]string{"task-price": p.price, "task-match-fee": p.matchFee, "task-mediator-fee": p.mediatorFee},
		map[string]*config.Amount{"task-price": &top, "task-match-fee": &match, "task-mediator-fee": &mediator}); err != nil {
		return nil, err
	}
	t := p.terms
	t.Price, t.MatchFee, t.MediatorFee = top.Wei(), match.Wei(), mediator.Wei()
	return &service.PurchaseConfig{Solver: p.solver, Terms: t, Poll: p.poll}, nil
}
