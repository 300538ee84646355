package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
)

// thermometer writes a device's CSV of one reading a second, some minutes long, and its
// edge.toml, which replays it sixty times as fast. Values are around 21 degrees, but for
// falsify, which may change a minute's.
func (w *world) thermometer(edge, minutes int, began time.Time, falsify func(minute int, celsius float64) float64) {
	w.t.Helper()
	var rows [][]string
	for second := range 60*minutes + 1 {
		celsius := 21 + 0.05*float64(edge) + 0.1*float64(second/60) + 0.01*float64(second%7)
		celsius = falsify(second/60, celsius)
		rows = append(rows, []string{began.Add(time.Duration(second) * time.Second).Format(time.RFC3339), number(celsius)})
	}
	w.writeCSV(filepath.Join(w.edgeDir(edge), "room.csv"), []string{"date", "temperature"}, rows)
	w.write(filepath.Join(w.edgeDir(edge), "edge.toml"), []byte(`
[buffer]
commit_age = "100ms"
[[source]]
name = "room"
kind = "csv"
path = "room.csv"
time = "date"
values = ["temperature"]
speed = 60.0
[[quantity]]
name = "air_temperature"
source = "room"
feature = "mean(temperature)"
window = {size = "1m"}
group = "hall-3"
unit = "degC"
`))
}

func honest(_ int, celsius float64) float64 { return celsius }

// Five devices of a hall replay what their thermometers read; one of them replays a
// falsified file. It is named, window by window, with evidence that holds without the
// server and breaks if it is changed; also while another device is killed, and one is
// offline, whose attestations come late.
func TestFalsifiedSensorIsReported(t *testing.T) {
	t.Parallel()
	const edges, minutes, liar, killed, away = 5, 12, 2, 1, 4
	w := newWorld(t, edges)
	server := filepath.Join(w.dir, "server")
	if err := os.MkdirAll(server, 0o700); err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join(server, consensus.RulesFile), []byte("[[quantity]]\nname = \"air_temperature\"\ntolerance = 0.5\ndeadline = \"6s\"\n"))
	w.labels = map[string]string{"group": "hall-3"}
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range edges {
		falsify := honest
		if i == liar {
			falsify = func(minute int, celsius float64) float64 {
				if minute >= 3 {
					celsius -= 4 // to keep the heating on
				}
				return celsius
			}
		}
		w.thermometer(i, minutes, began, falsify)
	}
	w.begin(edges)
	name := func(i int) string { return fmt.Sprintf("edge-%d", i) }
	w.poll("a first verdict", func() bool { return len(w.verdicts()) > 0 })
	w.kill(name(away))
	for range 3 {
		time.Sleep(700 * time.Millisecond)
		w.kill(name(killed))
		w.start(name(killed))
	}
	w.kill("server")
	w.start("server")
	w.poll("a verdict on each window", func() bool { return len(w.verdicts()) == minutes })
	w.start(name(away))
	late := 0
	w.poll("what was offline to come late", func() bool {
		late = 0
		for _, e := range w.verdicts() {
			late += e.LateCount + edges - len(e.Verdict.Missing)
		}
		return late >= edges*minutes
	})

	addresses := map[string]int{}
	for i := range edges {
		addresses[w.address(i)] = i
	}
	seen, missed := map[int64]bool{}, 0
	for _, e := range w.verdicts() {
		v := e.Verdict
		minute := int(time.Unix(0, v.Start).Sub(began) / time.Minute)
		if seen[v.Start] || !v.Agreed || v.Value < 21 || v.Value > 22.6 {
			t.Errorf("minute %d: %+v", minute, v)
		}
		seen[v.Start] = true
		missed += len(v.Missing)
		if e.LateCount != len(v.Missing) {
			t.Errorf("minute %d: %d are missing and %d came late", minute, len(v.Missing), e.LateCount)
		}
		if err := e.Check(); err != nil {
			t.Errorf("minute %d: %v", minute, err)
		}
		if two := e.Equivocators(); len(two) != 0 {
			t.Errorf("minute %d: %v signed two statements", minute, two)
		}
		for _, m := range v.Members {
			want := consensus.Agrees
			if addresses[m.Device.String()] == liar && minute >= 3 {
				want = consensus.Outlier
			}
			if m.Outcome != want {
				t.Errorf("minute %d: edge-%d said %v, which is %q, want %q", minute, addresses[m.Device.String()], m.Value, m.Outcome, want)
			}
		}
	}
	if len(seen) != minutes || missed == 0 {
		t.Errorf("%d windows, want %d; %d missing, want some", len(seen), minutes, missed)
	}

	// The command line, and the evidence without a server.
	ls := w.tadpole("sensors", "ls", "--dir", server, "--group", "hall-3", "--limit", "1")
	if !strings.Contains(ls, "hall-3  air_temperature  2026-03-01T12:") || strings.Count(ls, "\n") != 2 {
		t.Errorf("sensors ls:\n%s", ls)
	}
	fields := strings.Fields(ls)
	file := w.tadpole("sensors", "show", fields[len(fields)-1], "--dir", server)
	w.signal("server", syscall.SIGTERM)
	path := filepath.Join(w.dir, "evidence.json")
	w.write(path, []byte(file))
	if out := w.tadpole("sensors", "verify", path); !strings.Contains(out, "outlier") || !strings.Contains(out, " hold\n") {
		t.Errorf("sensors verify:\n%s", out)
	}
	var e consensus.Evidence
	if err := json.Unmarshal([]byte(file), &e); err != nil {
		t.Fatal(err)
	}
	for i := range e.Verdict.Members {
		e.Verdict.Members[i].Outcome = consensus.Agrees
	}
	whitewashed, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	w.write(path, whitewashed)
	if out, err := command(t.Context(), "sensors", "verify", path).CombinedOutput(); err == nil || !strings.Contains(string(out), "another verdict") {
		t.Errorf("whitewashed evidence: error %v: %s", err, out)
	}
	if log, err := os.ReadFile(filepath.Join(w.dir, "server.log")); err != nil || !strings.Contains(string(log), "sensor is off") || !strings.Contains(string(log), "attestation came late") {
		t.Errorf("error %v; the server does not tell:\n%s", err, log)
	}
	if out, err := exec.Command(w.edge, "status", "--dir", w.edgeDir(0)).CombinedOutput(); err != nil || !strings.Contains(string(out), fmt.Sprintf("quantity     air_temperature: %d done", minutes)) {
		t.Errorf("status: %v: %s", err, out)
	}
}

// A device that attests more windows by itself than it may is named, with what was refused.
func TestCrowdingDeviceIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	server := filepath.Join(w.dir, "server")
	if err := os.MkdirAll(server, 0o700); err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join(server, consensus.RulesFile), []byte("open = 3\n"))
	w.labels = map[string]string{"group": "hall-3"}
	w.thermometer(0, 5, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), honest)
	w.begin(1)
	w.poll("a refusal", func() bool { return strings.Contains(w.tadpole("sensors", "ls", "--dir", server), "refused") })
	w.poll("the device to be named", func() bool {
		return strings.Contains(w.tadpole("sensors", "ls", "--dir", server), w.address(0)+" has too many windows that no quorum joins: ")
	})
}

func (w *world) verdicts() []consensus.Evidence {
	list, err := w.client.Verdicts(w.t.Context(), "", 100)
	if err != nil {
		return nil
	}
	return list
}
