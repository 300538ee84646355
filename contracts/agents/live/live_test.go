package live_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/contracts/agents"
	"github.com/tadpole-edge/tadpole/contracts/agents/live"
	"github.com/tadpole-edge/tadpole/contracts/market"
)

func terms() agents.Terms {
	t := agents.Defaults()
	t.CheckRate = 0.2 // K* is four fees
	return t
}

func open(t *testing.T, worlds ...agents.World) *live.Ground {
	t.Helper()
	g, err := live.Open(t.Context(), live.Config{Dir: t.TempDir(), Worlds: worlds})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// Whatever the parties of a job do, the contracts pay each to the wei what the
// rules in Go say. A Court compares every gain; here are decisions of all kinds.
func TestContractsPayByTheRules(t *testing.T) {
	w := agents.World{Terms: terms(), Providers: 2, Clients: 2, Mediators: 9}
	g := open(t, w)
	court := g.Court(0)
	settle := func(name string, d agents.Decision, vote func(asked, mediator int) agents.Vote, want agents.Ending) agents.Outcome {
		t.Helper()
		asked := 0
		d.Vote = func(i int) agents.Vote { asked++; return vote(asked, i) }
		o, err := court.Settle(t.Context(), d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if o.Checked && o.Ending != want {
			t.Errorf("%s: %s, want %s", name, o.Ending, want)
		}
		return o
	}
	all := func(v agents.Vote) func(int, int) agents.Vote { return func(int, int) agents.Vote { return v } }
	first := func(n int, v, then agents.Vote) func(int, int) agents.Vote {
		return func(asked, _ int) agents.Vote {
			if asked <= n {
				return v
			}
			return then
		}
	}
	lie := agents.Decision{Provider: 1, Client: 1, Action: agents.Bribe, Challenge: true}
	truth := agents.Decision{Action: agents.Honest, Challenge: true}
	for _, c := range []struct {
		name   string
		d      agents.Decision
		vote   func(int, int) agents.Vote
		want   agents.Ending
		voters int
	}{
		{"upheld at once", truth, all(agents.Truth), agents.Upheld, 3},
		{"upheld, by who was told the answer", truth, all(agents.Claim), agents.Upheld, 3},
		{"upheld against one who made it up", truth, first(1, agents.Guess, agents.Truth), agents.Upheld, 9},
		{"upheld against a first level that made it up", truth, first(3, agents.Guess, agents.Truth), agents.Upheld, 9},
		{"nobody ran the job", truth, all(agents.Guess), agents.Undecided, 9},
		{"cheat caught", lie, all(agents.Truth), agents.Refuted, 3},
		{"cheat caught against one who was bribed", lie, first(1, agents.Claim, agents.Truth), agents.Refuted, 9},
		{"cheat caught by one of three", lie, first(2, agents.Claim, agents.Truth), agents.Refuted, 9},
		{"a bribed majority wins against one", lie, first(1, agents.Truth, agents.Claim), agents.Upheld, 9},
		{"three are bribed, and are all that are asked", lie, all(agents.Claim), agents.Upheld, 3},
		{"four lies among guesses", lie, func(asked, _ int) agents.Vote {
			if asked%2 == 0 {
				return agents.Claim
			}
			return agents.Guess
		}, agents.Undecided, 9},
	} {
		if o := settle(c.name, c.d, c.vote, c.want); len(o.Ballots) != c.voters {
			t.Errorf("%s: %d voted, want %d", c.name, len(o.Ballots), c.voters)
		}
	}
	if o := settle("late", agents.Decision{Action: agents.Vanish}, nil, agents.Expired); o.Ending != agents.Expired || o.Provider != -agents.Fee {
		t.Errorf("late: %+v", o)
	}
	missed, caught := 0, 0
	r := rand.New(rand.NewPCG(1, 1))
	for range 16 { // the chain draws
		// Mediators who guess may leave it undecided; the Court compares the gains of that, too.
		d := agents.Decision{Action: agents.Cheat, Vote: func(int) agents.Vote { return agents.Vote(r.IntN(2) * 2) }}
		o, err := court.Settle(t.Context(), d)
		if err != nil {
			t.Fatalf("drawn: %v", err)
		}
		if o.Checked && o.Ending != agents.Refuted && o.Ending != agents.Undecided {
			t.Errorf("drawn: %s", o.Ending)
		}
		switch {
		case !o.Checked && o.Provider == agents.Fee:
			missed++
		case o.Ending == agents.Refuted:
			caught++
		}
	}
	if err := g.Solvent(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("of 16 cheats %d were missed and %d caught", missed, caught)
	if missed == 0 {
		t.Error("every cheat was drawn at a check rate of a fifth")
	}
}

// Learners play on the contracts; offers with less collateral than the threshold
// are refused there.
func TestPlay(t *testing.T) {
	world := func(collateral float64) agents.World {
		w := agents.World{Terms: terms(), Providers: 2, Clients: 2, Mediators: 5, Honest: 3, Learner: agents.NewBandit, Seed: 1}
		w.Terms.Collateral = collateral
		return w
	}
	rows, err := live.Play(t.Context(), live.Config{Dir: t.TempDir(), Worlds: []agents.World{world(0.5), world(2)}}, 20)
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(rows[0].Refused, market.ErrRefused) {
		t.Errorf("below the threshold: %v", rows[0].Refused)
	}
	if rows[1].Refused != nil || rows[1].Tally.Compared < 40 {
		t.Errorf("%+v", rows[1])
	}
	if err := live.Table(t.Output(), rows); err != nil {
		t.Error(err)
	}
}

// Two goroutines are go-ethereum's: one that the process keeps, and one that ends
// some time after its database.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"))
}
