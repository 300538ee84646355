package consensus_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/key"
)

const minute = int64(time.Minute)

// said is a statement of device n.
func said(n byte, value float64) attestation.Statement {
	return attestation.Statement{Fleet: "test", Device: key.Address{n}, Group: "hall-3", Quantity: "air_temperature", Feature: "mean(temperature)", Unit: "degC", Start: minute, End: 2 * minute, Value: value, Count: 60}
}

func all(values ...float64) (statements []attestation.Statement) {
	for i, v := range values {
		statements = append(statements, said(byte(i+1), v))
	}
	return statements
}

func TestJudge(t *testing.T) {
	unit := func(s attestation.Statement, unit string) attestation.Statement { s.Unit = unit; return s }
	for name, c := range map[string]struct {
		rules      consensus.Rules
		statements []attestation.Statement
		agreed     bool
		value      float64
		outcomes   string // by device: a, o, e, u(nit), - (unjudged)
	}{
		"one":                         {consensus.Rules{}, all(20), false, 0, "-"},
		"two":                         {consensus.Rules{}, all(20, 30), false, 0, "--"},
		"three":                       {consensus.Rules{Tolerance: 0.5}, all(20, 20.2, 20.1), true, 20.1, "aaa"},
		"four: the mean of two":       {consensus.Rules{Tolerance: 0.5}, all(20, 20.2, 20.1, 20.4), true, 20.15, "aaaa"},
		"one liar of five":            {consensus.Rules{Tolerance: 0.5}, all(20, 20.2, 20.1, 35, 19.9), true, 20.1, "aaaoa"},
		"two liars of five":           {consensus.Rules{Tolerance: 0.5}, all(-40, 20.2, 20.1, 35, 19.9), true, 20.1, "oaaoa"},
		"two liars on one side":       {consensus.Rules{Tolerance: 0.5}, all(60, 20.2, 20.1, 60, 19.9), true, 20.2, "oaaoa"},
		"MAD 0 within tolerance":      {consensus.Rules{Tolerance: 0.5}, all(20, 20, 20, 20.5, 19.5), true, 20, "aaaaa"},
		"MAD 0 beyond tolerance":      {consensus.Rules{Tolerance: 0.5}, all(20, 20, 20, 20.6, 19.4), true, 20, "aaaoo"},
		"MAD 0 and no tolerance":      {consensus.Rules{}, all(20, 20, 20, 20.15, 20.25), true, 20, "aaaao"},
		"all the same":                {consensus.Rules{}, all(0, 0, 0), true, 0, "aaa"},
		"ties":                        {consensus.Rules{}, all(1, 1, 2, 2), true, 1.5, "aaaa"},
		"noise is no outlier":         {consensus.Rules{}, all(18, 19, 20, 21, 22), true, 20, "aaaaa"},
		"wide apart":                  {consensus.Rules{}, all(18, 19, 20, 21, 26), true, 20, "aaaao"},
		"a larger k":                  {consensus.Rules{K: 5}, all(18, 19, 20, 21, 26), true, 20, "aaaaa"},
		"a larger quorum":             {consensus.Rules{Quorum: 4}, all(20, 20, 20), false, 0, "---"},
		"a quorum of one is three":    {consensus.Rules{Quorum: 1}, all(20), false, 0, "-"},
		"negative":                    {consensus.Rules{}, all(-20, -20.1, -40), true, -20.1, "aao"},
		"the largest":                 {consensus.Rules{}, all(1e100, -1e100, 1e100), true, 1e100, "aoa"},
		"one equivocates":             {consensus.Rules{}, append(all(20, 20, 20), said(2, 21)), false, 0, "-e-"},
		"one of four equivocates":     {consensus.Rules{}, append(all(20, 20, 20, 20), said(2, 21)), true, 20, "aeaa"},
		"the same twice":              {consensus.Rules{}, append(all(20, 20, 20), said(2, 20)), true, 20, "aaa"},
		"another unit":                {consensus.Rules{}, []attestation.Statement{said(1, 20), said(2, 20), said(3, 20), unit(said(4, 68), "degF")}, true, 20, "aaau"},
		"no unit is one":              {consensus.Rules{}, []attestation.Statement{unit(said(1, 5), ""), unit(said(2, 5), ""), unit(said(3, 5), ""), said(4, 5)}, true, 5, "aaau"},
		"as many of each unit":        {consensus.Rules{}, []attestation.Statement{said(1, 1), unit(said(2, 1), "K"), said(3, 1), unit(said(4, 1), "K")}, false, 0, "u-u-"},
		"most equivocate":             {consensus.Rules{}, append(all(20, 21, 22), all(30, 31, 32)...), false, 0, "eee"},
		"an outlier by relative rest": {consensus.Rules{}, all(1000, 1000, 1000, 1009, 1011), true, 1000, "aaaao"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := consensus.Judge(c.rules, c.statements, []key.Address{{1}, {9}, {8}, {9}})
			if err != nil {
				t.Fatal(err)
			}
			short := map[consensus.Outcome]string{consensus.Agrees: "a", consensus.Outlier: "o", consensus.Equivocates: "e", consensus.OtherUnit: "u", consensus.Unjudged: "-"}
			got, off := "", 0
			for _, m := range v.Members {
				got += short[m.Outcome]
				off += strings.Count("oeu", short[m.Outcome])
			}
			if v.Agreed != c.agreed || math.Abs(v.Value-c.value) > 1e-12*math.Abs(c.value) || got != c.outcomes || v.Outliers() != off {
				t.Errorf("agreed %v on %v, %s with %d off; want %v on %v, %s", v.Agreed, v.Value, got, v.Outliers(), c.agreed, c.value, c.outcomes)
			}
			if !reflect.DeepEqual(v.Missing, []key.Address{{8}, {9}}) {
				t.Errorf("missing %v", v.Missing)
			}
		})
	}
}

func TestJudgeRefuses(t *testing.T) {
	other := said(2, 1)
	other.Start--
	for name, statements := range map[string][]attestation.Statement{
		"nothing": nil, "two windows": {said(1, 1), other}, "NaN": {said(1, 1), said(2, math.NaN())}, "Inf": {said(1, math.Inf(-1))},
	} {
		if v, err := consensus.Judge(consensus.Rules{}, statements, nil); err == nil {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// By random values: the order of arrival does not matter, and while fewer than half lie
// the agreed value is between those of honest devices.
func TestJudgeProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for run := range 3000 {
		n := 3 + r.IntN(20)
		liars := r.IntN((n + 1) / 2)
		var statements []attestation.Statement
		low, high := math.Inf(1), math.Inf(-1)
		lie := math.Pow(10, 40*r.Float64()-10) * float64(1-2*r.IntN(2))
		for i := range n {
			value := math.Round(20+3*r.NormFloat64()) + float64(r.IntN(2))/10 // with ties
			if i < liars {
				value = []float64{lie, -lie, attestation.MaxValue, lie * r.Float64()}[r.IntN(4)]
			} else {
				low, high = min(low, value), max(high, value)
			}
			statements = append(statements, said(byte(i), value))
		}
		if r.IntN(3) == 0 {
			statements = append(statements, said(200, 1), said(200, 2)) // equivocates
		}
		v, err := consensus.Judge(consensus.Rules{Tolerance: r.Float64()}, statements, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Agreed || v.Value < low || v.Value > high {
			t.Fatalf("run %d: agreed %v on %v, with %d liars of %d; honest from %v to %v", run, v.Agreed, v.Value, liars, n, low, high)
		}
		if honest := v.Outliers(); honest > n {
			t.Fatalf("run %d: %d off of %d", run, honest, n)
		}
		for range 5 {
			r.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
			again, err := consensus.Judge(consensus.Rules{Tolerance: v.Tolerance}, statements, nil)
			if err != nil || !reflect.DeepEqual(again, v) {
				t.Fatalf("run %d: in another order %+v, error %v; want %+v", run, again, err, v)
			}
		}
	}
}

// What is on a chain under a subject must be found there by every later version. The hash is
// sha256sum's.
func TestSubject(t *testing.T) {
	w := consensus.Window{Fleet: "farm", Group: "hall-3", Quantity: "air_temperature", Start: 1, End: 2}
	if got, want := w.Subject().String(), "b33133dec6853b95c1bf803f7a5c4d0f73dd264ac04e75f7d1aa0ea8b118c7cf"; got != want {
		t.Errorf("subject %s, want %s", got, want)
	}
	other := w
	other.Quantity = "humidity"
	if w.Subject() == other.Subject() {
		t.Error("another quantity has the same subject")
	}
	other = w
	other.End++
	if w.Subject() != other.Subject() {
		t.Error("another window has another subject")
	}
}

func TestBook(t *testing.T) {
	b, err := consensus.ParseBook("sensors.toml", []byte("keep = 5\n[[quantity]]\nname = \"air_temperature\"\ntolerance = 0.5\nk = 4.0\nquorum = 5\ndeadline = \"30s\"\n"))
	if err != nil || b.Keep != 5 || b.Of("air_temperature") != (consensus.Rules{K: 4, Tolerance: 0.5, Quorum: 5, Deadline: 30 * time.Second}) {
		t.Errorf("got %+v, error %v", b, err)
	}
	if got := b.Of("other"); got != (consensus.Rules{K: 3.5, Quorum: 3, Deadline: 2 * time.Minute}) {
		t.Errorf("defaults %+v", got)
	}
	if b, err := consensus.ParseBook("sensors.toml", []byte("open = 5\n")); err != nil || b.Open != 5 {
		t.Errorf("got %+v, error %v", b, err)
	}
	for text, want := range map[string]string{
		"open = 2049\n":                                            "s.toml:1: open: is 2049; choose 1 to 2048, or leave it out for 1024",
		"[[quantity]]\nname = \"a b\"\n":                           "s.toml:2: quantity.0.name",
		"[[quantity]]\nname = \"a\"\nquorum = 2\n":                 "s.toml:3: quantity.0.quorum: is 2; choose 3 or more",
		"[[quantity]]\nname = \"a\"\nk = -1.0\n":                   "quantity.0.k",
		"[[quantity]]\nname = \"a\"\ntolerance = nan\n":            "quantity.0.tolerance",
		"[[quantity]]\nname = \"a\"\n[[quantity]]\nname = \"a\"\n": "has a table already",
		"[[quantity]]\nname = \"a\"\ndeadline = \"-1s\"\n":         "quantity.0.deadline",
		"quorum = 3\n": "unknown field",
	} {
		if _, err := consensus.ParseBook("s.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// Evidence that reads as such must not make Check fail otherwise than by saying no.
func FuzzEvidence(f *testing.F) {
	e := evidence(f, 20, 20.1, 35, 19.9)
	good, err := json.Marshal(e)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"verdict":{"agreed":true}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		var e consensus.Evidence
		if json.Unmarshal(content, &e) != nil {
			return
		}
		if err := e.Check(); err != nil && !errors.Is(err, consensus.ErrEvidence) {
			t.Fatalf("error of another kind: %v", err)
		}
		_ = fmt.Sprint(e.Equivocators(), e.Verdict.Outliers())
	})
}
