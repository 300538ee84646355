package main

import (
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

func TestLinesSayWhatAPersonWantsToKnow(t *testing.T) {
	done := aggregator.Round{Round: 3, Evaluated: true, Accuracy: 0.9512, Loss: 0.1234, Samples: 600, BytesUp: 4_000_000, BytesDown: 300_000,
		Began: 1000, Ended: 3500, Model: blob.Hash{0xab}, Leaves: [][]byte{{1}}, Members: make([]aggregator.MemberNote, 2)}
	for _, want := range []string{"round   3", "95.12 %", "0.1234", "1 updates", "4.0 MB", "300 kB", "2.5 s", "model ab00", "(1 others)"} {
		if got := roundLine(done); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	for want, change := range map[string]func(r *aggregator.Round){
		"folded in 3 shards":   func(r *aggregator.Round) { r.Shards = 3 },
		"folded here: no node": func(r *aggregator.Round) { r.Unsharded = "no node" },
	} {
		r := done
		if change(&r); !strings.HasSuffix(roundLine(r), want) {
			t.Errorf("%q does not end with %q", roundLine(r), want)
		}
	}
	now := aggregator.Status{Round: 4, Rounds: 10, Phase: "train", Cohort: 10, Accepted: 5, Training: 4, Reporting: 1, Online: 12, BytesUp: 7_000_000}
	for _, want := range []string{"round   4", "[##########..........]", "4 training", "1 reporting", "5 of 10 in", "12 online", "up 7.0 MB", "at most 18s left"} {
		if got := liveLine(now, []aggregator.Round{done}); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if left, known := remaining(aggregator.Status{Round: 4}, []aggregator.Round{done}); known {
		t.Errorf("without a limit of rounds %v are left", left.Round(time.Second))
	}
}
