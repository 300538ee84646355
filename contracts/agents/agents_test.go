package agents_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/agents"
)

func world(change func(*agents.World)) agents.World {
	w := agents.Standard(nil).World
	w.Seed = 1
	if change != nil {
		change(&w)
	}
	return w
}

func play(t *testing.T, w agents.World, jobs int) agents.Result {
	t.Helper()
	r, err := w.Play(t.Context(), jobs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// At twice the threshold nobody who learned cheats; well below it most do. This
// is the whole point of the collateral.
func TestCheatingEndsAboveTheThreshold(t *testing.T) {
	for name, learner := range map[string]func(int) agents.Learner{"bandit": agents.NewBandit, "policy gradient": agents.NewGradient} {
		above := play(t, world(func(w *agents.World) { w.Learner = learner }), 200_000)
		if above.CheatShare > 0 || above.Exploitable > 0.01 {
			t.Errorf("%s at twice the threshold: %+v", name, above)
		}
		below := play(t, world(func(w *agents.World) { w.Learner, w.Terms.Collateral = learner, 0.1 }), 200_000)
		if below.CheatShare < 0.2 {
			t.Errorf("%s at a tenth of it cheats on %.2f of the jobs only: then nothing is shown", name, below.CheatShare)
		}
	}
}

// A claim that mediators can read is repeated by those who would save the work,
// and then cheats are upheld: why contracts compare the hash of a vote with the
// claim.
func TestReadableClaimsAreEchoed(t *testing.T) {
	open := play(t, world(func(w *agents.World) { w.Learner, w.Honest, w.Terms.Blinded = agents.NewGradient, 0, false }), 100_000)
	if open.EchoShare < 0.9 || open.CheatShare < 0.9 {
		t.Errorf("readable claims: %+v", open)
	}
}

func TestNoFalseSlashesWithoutErrors(t *testing.T) {
	if r := play(t, world(nil), 50_000); r.FalseSlashes != 0 {
		t.Errorf("%d honest results were refuted", r.FalseSlashes)
	}
	if r := play(t, world(func(w *agents.World) { w.Errors = 0.5 }), 50_000); r.FalseSlashes == 0 {
		t.Error("errors slash nobody: the count means nothing")
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	if a, b := play(t, world(nil), 20_000), play(t, world(nil), 20_000); a != b {
		t.Errorf("%+v and %+v", a, b)
	}
	if _, err := world(func(w *agents.World) { w.Mediators = 2 }).Play(t.Context(), 100); err == nil {
		t.Error("played with fewer mediators than a case needs")
	}
}

// Learners find the better of two arms, also when it changes.
func TestLearnersLearn(t *testing.T) {
	for name, make := range map[string]func(int) agents.Learner{"bandit": agents.NewBandit, "policy gradient": agents.NewGradient} {
		l, r := make(2), rand.New(rand.NewPCG(1, 2))
		for _, better := range []int{1, 0} {
			for range 20_000 {
				a := l.Act(r, true)
				reward := r.NormFloat64()
				if a == better {
					reward++
				}
				l.Learn(a, reward)
			}
			if got := l.Act(r, false); got != better {
				t.Errorf("%s prefers arm %d, better is %d", name, got, better)
			}
		}
	}
}

func TestSweepDraws(t *testing.T) {
	s := agents.Standard(agents.NewBandit)
	s.Rates, s.Multiples, s.Seeds, s.Jobs = []float64{0.1}, []float64{0.1, 2}, 1, 50_000
	cells, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if cells[0].CheatShare <= cells[1].CheatShare {
		t.Errorf("cells %+v", cells)
	}
	var table, picture bytes.Buffer
	if err := errors.Join(s.Table(&table, cells), s.SVG(&picture, "cheat share", cells)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(table.String(), "10 %") {
		t.Errorf("table:\n%s", table.String())
	}
	for d := xml.NewDecoder(&picture); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
}
