package round_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/internal/key"
)

var (
	start = time.UnixMilli(1_000_000)
	rules = round.Rules{Cohort: 4, OverSelection: 1.5, MinCohort: 2, Deadline: time.Minute, Patience: 10 * time.Second, Rounds: 3, Seed: 9}
)

func devices(n int) []key.Address {
	all := make([]key.Address, n)
	for i := range all {
		all[i] = key.Address{byte(i + 1)}
	}
	return all
}

// asked lists the devices that actions ask.
func asked(actions []round.Action) []key.Address {
	var list []key.Address
	for _, a := range actions {
		if ask, is := a.(round.Ask); is {
			list = append(list, ask.Device)
		}
	}
	return list
}

func training(t *testing.T, r round.Rules, fleet int) (*round.Machine, []key.Address) {
	t.Helper()
	m := round.New(r, start)
	list := asked(m.Step(start, round.Tick{Eligible: devices(fleet), Fleet: fleet}))
	if m.State().Phase != round.Train {
		t.Fatalf("phase %v, want train", m.State().Phase)
	}
	return m, list
}

func TestSelectionWaits(t *testing.T) {
	for name, c := range map[string]struct {
		eligible, fleet int
		after           time.Duration
		want            int
	}{
		"enough":                        {20, 20, 0, 6},
		"small fleet, all there":        {5, 5, 0, 5},
		"fewer than asked":              {5, 20, 0, 0},
		"fewer, patience over":          {5, 20, 10 * time.Second, 5},
		"fewer than the minimum":        {1, 20, time.Hour, 0},
		"fleet smaller than the cohort": {3, 3, 0, 0},
		"and patience over":             {3, 3, 10 * time.Second, 3},
	} {
		m := round.New(rules, start)
		got := asked(m.Step(start.Add(c.after), round.Tick{Eligible: devices(c.eligible), Fleet: c.fleet}))
		if len(got) != c.want {
			t.Errorf("%s: asked %d, want %d", name, len(got), c.want)
		}
	}
}

func TestRoundClosesWhenFull(t *testing.T) {
	m, list := training(t, rules, 20)
	var last []round.Action
	for _, d := range list[:4] {
		last = m.Step(start, round.Received{Device: d})
	}
	if m.State().Phase != round.Commit || !slices.Contains(last, round.Action(round.Close{})) {
		t.Fatalf("after 4 of 4 updates: phase %v, actions %v", m.State().Phase, last)
	}
	if n := m.Count(round.Surplus); n != 2 {
		t.Errorf("%d surplus members, want 2", n)
	}
	late := m.Step(start, round.Received{Device: list[5]})
	if _, is := late[0].(round.Dismiss); !is || m.State().Late != 1 || m.Count(round.Accepted) != 4 {
		t.Errorf("late update: actions %v, counted %d", late, m.State().Late)
	}
	m.Step(start, round.Committed{})
	if s := m.State(); s.Phase != round.Select || s.Round != 2 || s.Late != 0 || len(m.Members()) != 0 {
		t.Errorf("after the commit: %+v", s)
	}
}

func TestDeadline(t *testing.T) {
	m, list := training(t, rules, 20)
	m.Step(start, round.Received{Device: list[0]})
	over := start.Add(time.Minute)
	again := m.Step(over, round.Tick{Eligible: devices(20), Fleet: 20})
	if m.State().Phase != round.Train || m.State().Deadline != over.Add(time.Minute).UnixMilli() || len(asked(again)) == 0 {
		t.Fatalf("below the minimum: phase %v, deadline %v, actions %v; want more time and more devices", m.State().Phase, m.State().Deadline, again)
	}
	if m.Count(round.Accepted) != 1 {
		t.Error("the accepted update was thrown away")
	}
	m.Step(over, round.Received{Device: list[1]})
	m.Step(over.Add(time.Minute), round.Tick{Eligible: devices(20), Fleet: 20})
	if m.State().Phase != round.Commit {
		t.Errorf("at the minimum: phase %v, want commit", m.State().Phase)
	}
}

func TestReplacements(t *testing.T) {
	m, list := training(t, rules, 20)
	for i, d := range list[:3] {
		if i%2 == 0 {
			m.Step(start, round.Declined{Device: d, Reason: "policy"})
		} else if actions := m.Step(start, round.Spoiled{Device: d, Reason: "NaN"}); len(actions) != 1 {
			t.Errorf("bad update: actions %v, want its dismissal", actions)
		}
	}
	more := asked(m.Step(start, round.Tick{Eligible: devices(20), Fleet: 20}))
	if len(more) != 1 || slices.Contains(list, more[0]) {
		t.Errorf("3 of 6 left for a cohort of 4: asked %v more, want one new device", more)
	}
	if actions := m.Step(start, round.Received{Device: list[0]}); m.Count(round.Accepted) != 0 {
		t.Errorf("a device that refused reports all the same: %v", actions)
	}
}

func TestLostReceiptIsSentAgain(t *testing.T) {
	m, list := training(t, rules, 20)
	m.Step(start, round.Received{Device: list[0]})
	again := m.Step(start, round.Received{Device: list[0]})
	if !reflect.DeepEqual(again, []round.Action{round.Accept{Device: list[0]}}) || m.Count(round.Accepted) != 1 {
		t.Errorf("second report: %v and %d accepted", again, m.Count(round.Accepted))
	}
}

func TestPauseAndStop(t *testing.T) {
	m := round.New(rules, start)
	m.Step(start, round.Pause{})
	if got := m.Step(start, round.Tick{Eligible: devices(20), Fleet: 20}); len(got) != 0 {
		t.Errorf("paused: %v", got)
	}
	m.Step(start, round.Resume{})
	m.Step(start, round.Tick{Eligible: devices(20), Fleet: 20})
	actions := m.Step(start, round.Stop{Reason: "by hand"})
	if m.State().Phase != round.Ended || m.State().Reason != "by hand" || len(actions) != 7 {
		t.Errorf("stopped: %+v, actions %v; want 6 dismissals and the end", m.State(), actions)
	}
}

func TestEndsAfterTheLastRound(t *testing.T) {
	m, _ := training(t, rules, 4)
	for r := range 3 {
		for _, d := range devices(4) {
			m.Step(start, round.Received{Device: d})
		}
		m.Step(start, round.Committed{})
		if r < 2 {
			m.Step(start, round.Tick{Eligible: devices(4), Fleet: 4})
		}
	}
	if s := m.State(); s.Phase != round.Ended || s.Round != 3 {
		t.Errorf("after 3 rounds of 3: %+v", s)
	}
}

// The machine is killed after every step, with its last answer lost, and lives
// on from what was kept: the course of the federation must be the same.
func TestKilledAtRandomPoints(t *testing.T) {
	fleet := devices(9)
	run := func(seed uint64, kill bool) (history []string) {
		r := rand.New(rand.NewPCG(seed, 0))
		m := round.New(rules, start)
		kept := map[key.Address]round.Member{}
		now := start
		pending := map[key.Address]bool{}
		for m.State().Phase != round.Ended {
			now = now.Add(time.Second)
			var actions []round.Action
			switch {
			case m.State().Phase == round.Commit:
				var accepted []string
				for _, member := range m.Members() {
					if member.Standing == round.Accepted {
						accepted = append(accepted, member.Device.Short())
					}
				}
				history = append(history, fmt.Sprint(m.State().Round, accepted))
				actions = m.Step(now, round.Committed{})
				clear(kept)
				clear(pending)
			case m.State().Phase == round.Train && len(pending) > 0:
				// The order of reports is fixed by address, so that both runs agree.
				for _, d := range fleet {
					if pending[d] {
						delete(pending, d)
						actions = m.Step(now, round.Received{Device: d})
						break
					}
				}
			default:
				actions = m.Step(now, round.Tick{Eligible: fleet, Fleet: len(fleet)})
			}
			for _, member := range m.Changed() {
				kept[member.Device] = member
			}
			if kill && r.IntN(2) == 0 {
				var members []round.Member
				for _, member := range kept {
					members = append(members, member)
				}
				m = round.Restore(rules, m.State(), members)
				actions = m.Pending()
			}
			for _, a := range actions {
				if ask, is := a.(round.Ask); is {
					pending[ask.Device] = true
				}
			}
		}
		return history
	}
	want := run(0, false)
	if len(want) != 3 {
		t.Fatalf("undisturbed: %v, want 3 rounds", want)
	}
	for seed := range uint64(200) {
		if got := run(seed, true); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v, undisturbed %v", seed, got, want)
		}
	}
}

func TestChooseIsFairAndFixed(t *testing.T) {
	all := devices(10)
	counts := map[key.Address]int{}
	for r := range uint32(5000) {
		chosen := round.Choose(1, r, all, 3)
		backwards := slices.Clone(all)
		slices.Reverse(backwards)
		if !slices.Equal(chosen, round.Choose(1, r, backwards, 3)) {
			t.Fatal("the order of the devices changes the choice")
		}
		for _, d := range chosen {
			counts[d]++
		}
	}
	for d, n := range counts {
		if n < 1350 || n > 1650 { // 1500 expected, 4.6 standard deviations
			t.Errorf("%v was chosen %d times of 5000, want about 1500", d, n)
		}
	}
	if got := round.Choose(1, 1, all, 99); len(got) != 10 {
		t.Errorf("99 of 10 devices: %d", len(got))
	}
}

func ExampleMachine() {
	m := round.New(round.Rules{Cohort: 1, OverSelection: 1, Deadline: time.Minute}, start)
	device := key.Address{1}
	fmt.Println(len(m.Step(start, round.Tick{Eligible: []key.Address{device}, Fleet: 1})), m.State().Phase)
	m.Step(start, round.Received{Device: device})
	fmt.Println(m.State().Phase)
	// Output:
	// 1 train
	// commit
}
