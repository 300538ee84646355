package live

import (
	"errors"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/agents"
)

// One wei more or less is a difference.
func TestDifferenceIsSeen(t *testing.T) {
	court := &Court{terms: agents.Defaults(), mediators: make([]*account, 5)}
	d := agents.Decision{Action: agents.Cheat, Vote: func(i int) agents.Vote { return agents.Vote(i % 2) }}
	for name, alter := range map[string]func(*agents.Outcome){
		"provider": func(o *agents.Outcome) { o.Provider++ },
		"client":   func(o *agents.Outcome) { o.Client-- },
		"mediator": func(o *agents.Outcome) { o.Votes[4]++ },
		"ending":   func(o *agents.Outcome) { o.Ending = agents.Upheld },
		"level":    func(o *agents.Outcome) { o.Ballots[4].Level++ },
	} {
		o := court.terms.Rule(d, true, []int{0, 1, 2, 3, 4})
		if err := court.compare(&trial{Court: court, decision: d, drawn: true}, o); err != nil {
			t.Fatalf("the rules' own outcome: %v", err)
		}
		alter(&o)
		if err := court.compare(&trial{Court: court, decision: d, drawn: true}, o); !errors.Is(err, ErrDiffers) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
