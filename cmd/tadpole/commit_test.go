package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// neighbours are devices of one group.
type neighbours []*key.Key

// Group implements consensus.Fleet.
func (n neighbours) Group(string) (members []key.Address, err error) {
	for _, k := range n {
		members = append(members, k.Address())
	}
	return members, nil
}

// agreed gives the evidence of a window in which devices measured these values.
func agreed(t *testing.T, values ...float64) consensus.Evidence {
	t.Helper()
	var devices neighbours
	var batches []consensus.Batch
	now := time.Unix(1_800_000_000, 0)
	for _, v := range values {
		k, err := key.Generate()
		if err != nil {
			t.Fatal(err)
		}
		a, err := attestation.Sign(k, attestation.Statement{Fleet: "farm", Device: k.Address(), Group: "hall-3", Quantity: "air_temperature", Feature: "mean(temperature)", Unit: "degC",
			Start: now.Add(-time.Minute).UnixNano(), End: now.UnixNano(), Value: v, Count: 60})
		if err != nil {
			t.Fatal(err)
		}
		devices = append(devices, k)
		batches = append(batches, consensus.Batch{Device: k.Address(), Attestations: []attestation.Signed{a}})
	}
	s, err := store.Open(filepath.Join(t.TempDir(), "tadpole.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := consensus.Open(consensus.Config{Fleet: "farm", Store: s, Groups: devices, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Take(batches); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if err := c.Tick(); err != nil {
		t.Fatal(err)
	}
	list, err := c.List("", 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d verdicts, error %v", len(list), err)
	}
	return list[0]
}

// An agreed reading is committed on the chain, and whoever is shown its evidence finds by
// whom and since when. Evidence that does not hold, or on which nobody agrees, is not.
func TestAgreedReadingIsCommitted(t *testing.T) {
	t.Parallel()
	b := newBazaar(t, "committer", "rival")
	file := func(name string, e consensus.Evidence) string {
		t.Helper()
		content, err := json.Marshal(e)
		if err == nil {
			err = os.WriteFile(filepath.Join(b.dir, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	account := func(name string) string {
		t.Helper()
		k, err := key.LoadOrCreate(filepath.Join(b.dir, name, keyFile))
		if err != nil {
			t.Fatal(err)
		}
		return k.Address().String()
	}
	commit := func(name, as string) (string, string, error) {
		return b.tadpoleWithin(50*time.Second, "sensors", "commit", name, "--party-dir", as, "--exchange", b.exchange, "--poll", "50ms")
	}
	verify := func(name, by string) (string, string, error) {
		return b.tadpoleWithin(50*time.Second, "sensors", "verify", name, "--by", by, "--exchange", b.exchange)
	}
	refuses := func(what string, wanted string) func(out, log string, err error) {
		return func(_, log string, err error) {
			t.Helper()
			if err == nil || !strings.Contains(log, wanted) {
				t.Errorf("%s: error %v: %s; want %q in it", what, err, log, wanted)
			}
		}
	}
	e := agreed(t, 20, 20.1, 35, 19.9)
	good := file("evidence.json", e)
	says := account("committer") + " has committed to root " + e.Root.String() + " since 20"
	refuses("verified too early", "has committed to nothing of this window")(verify(good, account("committer")))
	for range 2 {
		if out, _, err := commit(good, "committer"); err != nil || !strings.HasPrefix(out, says) {
			t.Fatalf("commit: %v: %s, want %s", err, out, says)
		}
	}
	if out, _, err := verify(good, account("committer")); err != nil || !strings.Contains(out, "agreed: 20.05 degC") || !strings.Contains(out, says) {
		t.Errorf("verify: %v: %s, want %s", err, out, says)
	}
	refuses("another's", "has committed to nothing of this window")(verify(good, account("rival")))
	refuses("no account", "--by")(verify(good, "nobody"))

	// Another aggregator has judged the same window otherwise.
	other := file("other.json", agreed(t, 21, 21.1, 21.2))
	refuses("another verdict", "has committed itself to another root of this window: "+e.Root.String())(commit(other, "committer"))
	refuses("another verdict", "has committed to another root of this window, "+e.Root.String())(verify(other, account("committer")))
	if out, _, err := commit(other, "rival"); err != nil || !strings.HasPrefix(out, account("rival")) {
		t.Errorf("commit by another: %v: %s", err, out)
	}

	refuses("no quorum", "there is no quorum")(commit(file("few.json", agreed(t, 20, 21)), "committer"))
	e.Verdict.Value++
	refuses("a changed value", "the evidence does not hold")(commit(file("changed.json", e), "committer"))
}
