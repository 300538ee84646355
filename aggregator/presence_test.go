package aggregator_test

import "testing"

// A device that must wait is in no round, and is shown with its reason.
func TestWaitingDeviceIsNotSelected(t *testing.T) {
	n := newNetwork(t, 4)
	const why = "the battery is at 9 %"
	var waiting *device
	for _, d := range n.devices {
		waiting = d
	}
	waiting.waiting = why
	stop := n.start(t.TempDir())
	defer stop()
	f := parse(t, terms)
	f.Cohort.Minimum = 3
	for online := 0; online < 4; {
		present, err := n.aggregator.Presence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		online = len(present)
		for _, p := range present {
			if want := map[bool]string{true: why}[p.Device == waiting.key.Address()]; p.Waiting != want || !p.Online {
				t.Errorf("%+v, want it online and waiting for %q", p, want)
			}
		}
	}
	if err := n.aggregator.Submit(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	n.wait("hostile")
	rounds, err := n.aggregator.History("hostile", 0, 100)
	if err != nil || len(rounds) == 0 {
		t.Fatalf("%d rounds, error %v", len(rounds), err)
	}
	for _, r := range rounds {
		if len(r.Members) != 3 {
			t.Errorf("round %d had %d members, want 3", r.Round, len(r.Members))
		}
		for _, m := range r.Members {
			if m.Device == waiting.key.Address() {
				t.Errorf("round %d: the waiting device was selected", r.Round)
			}
		}
	}
}
