package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/ingest/mosquittotest"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// Real processes over MQTT and TLS give the same model, bit for bit, as virtual
// devices in one process.
func TestProcessesAndSimulationAgree(t *testing.T) {
	const edges = 3
	w := newWorld(t, edges)
	path := w.federation("agree", edges, 5)
	w.begin(edges)
	out := w.tadpole("run", path, "--dir", w.dir+"/server")
	if got, want := strings.Count(out, "\nround")+strings.Count(out[:5], "round"), 5; got != want {
		t.Errorf("tadpole run showed %d rounds, want %d:\n%s", got, want, out)
	}
	s := w.ended("agree")
	if want := w.simulated(path, edges); s.Model.String() != want {
		t.Errorf("model of the processes %s, of the simulation %s", s.Model, want)
	}
	// A device shows its receipts, running or not.
	w.poll("a receipt of each round", func() bool { return len(w.receipts(0)) == 5 })
	w.kill("edge-0")
	for _, r := range w.receipts(0) {
		l, _, aggregator, err := r.Open()
		if err != nil || l.Round == 0 || aggregator.IsZero() {
			t.Errorf("receipt of %+v by %s: %v", l, aggregator, err)
		}
	}
	w.start("edge-0")
	w.poll("edge-0 to be online again", func() bool {
		out, err := exec.Command(w.edge, "status", "--dir", w.edgeDir(0)).Output()
		return err == nil && strings.Contains(string(out), "online")
	})

	server := w.dir + "/server"
	exported := w.dir + "/model.safetensors"
	w.tadpole("model", "export", "agree", "--dir", server, "--latest", "--native", "-o", exported)
	if out := w.tadpole("model", "info", exported); !strings.Contains(out, s.Model.String()) {
		t.Errorf("the exported model is not %s:\n%s", s.Model, out)
	}
	if out := w.tadpole("logs", "agree", "--dir", server, "--members"); strings.Count(out, "accepted") != 5*edges {
		t.Errorf("logs show not every member of every round:\n%s", out)
	}
	if out := w.tadpole("ls", "--dir", server); !strings.Contains(out, "agree") || !strings.Contains(out, "ended") {
		t.Errorf("ls shows:\n%s", out)
	}
	if out, err := exec.Command(w.edge, "status", "--dir", w.edgeDir(0)).CombinedOutput(); err != nil || !strings.Contains(string(out), "online") {
		t.Errorf("status: %v\n%s", err, out)
	}
	if out, err := exec.Command(w.edge, "doctor", "--dir", w.edgeDir(0)).CombinedOutput(); err != nil || !strings.Contains(string(out), "answers") {
		t.Errorf("doctor: %v\n%s", err, out)
	}

	// A removed device is cut off at once, and stays out.
	list, err := w.client.Devices(t.Context())
	if err != nil || len(list) != edges {
		t.Fatalf("%d devices, %v", len(list), err)
	}
	w.tadpole("device", "rm", list[0].Address.String(), "--dir", server)
	if out := w.tadpole("device", "ls", "--dir", server); strings.Count(out, "removed") != 1 {
		t.Errorf("device ls shows:\n%s", out)
	}
	w.poll("the removed device to be offline", func() bool {
		for i := range edges {
			out, err := exec.Command(w.edge, "status", "--dir", w.edgeDir(i)).CombinedOutput()
			if err == nil && strings.Contains(string(out), list[0].Address.String()) {
				return strings.Contains(string(out), "offline")
			}
		}
		return false
	})
}

// An external broker, Debian's mosquitto, is killed at random instants; the
// federation ends with the undisturbed run's model all the same.
func TestBrokerKilledAtRandomPoints(t *testing.T) {
	const edges, rounds = 3, 40
	w := newWorld(t, edges)
	path := w.federation("broker", edges, rounds)
	want := w.simulated(path, edges)
	ca, err := devices.OpenCA(w.dir + "/server/ca")
	if err != nil {
		t.Fatal(err)
	}
	certificate, private, err := ca.IssueServer([]string{"127.0.0.1"}, time.Now().Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	broker := mosquittotest.Start(t, mosquittotest.Config{CA: ca.PEM(), Certificate: certificate, Key: private, Fleet: "test"})
	account := url.UserPassword(mosquittotest.Username, mosquittotest.Password).String() + "@"
	w.up = append(w.up, "--broker", strings.Replace(broker.Link, "://", "://"+account, 1), "--broker-for-devices", broker.Devices)
	w.begin(edges)
	w.tadpole("run", "--detach", path, "--dir", w.dir+"/server")
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	kills := 0
	for ; kills < 8; kills++ {
		time.Sleep(time.Duration(50+r.IntN(300)) * time.Millisecond)
		if s, err := w.client.Status(t.Context(), "broker"); err == nil && s.Ended() {
			break
		}
		broker.Kill()
		time.Sleep(time.Duration(r.IntN(200)) * time.Millisecond)
		broker.Restart()
	}
	s := w.ended("broker")
	if kills < 1 {
		t.Errorf("the broker was killed only %d times: give the federation more rounds", kills)
	}
	if s.Model.String() != want {
		t.Errorf("model %s, undisturbed %s", s.Model, want)
	}
}

// The server and the edges are killed at random instants over many rounds. The
// federation ends with the model of the undisturbed run, every device counted
// once in every round.
func TestKilledAtRandomPoints(t *testing.T) {
	const edges, rounds = 3, 60
	w := newWorld(t, edges)
	path := w.federation("killed", edges, rounds)
	want := w.simulated(path, edges)
	w.begin(edges)
	w.tadpole("run", "--detach", path, "--dir", w.dir+"/server")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	kills := map[string]int{}
	for kills["all"] < 40 {
		time.Sleep(time.Duration(r.IntN(250)) * time.Millisecond)
		victim := "server"
		if r.IntN(2) == 0 {
			victim = fmt.Sprintf("edge-%d", r.IntN(edges))
		}
		w.kill(victim)
		kills[victim]++
		kills["all"]++
		time.Sleep(time.Duration(r.IntN(100)) * time.Millisecond)
		w.start(victim)
		if s, err := w.client.Status(t.Context(), "killed"); err == nil && s.Ended() {
			break
		}
	}
	s := w.ended("killed")
	t.Logf("kills: %v", kills)
	if kills["server"] < 2 {
		t.Errorf("the server was killed only %d times: give the federation more rounds", kills["server"])
	}
	if s.Model.String() != want {
		t.Errorf("model %s, undisturbed %s", s.Model, want)
	}
	history, err := w.client.History(t.Context(), "killed", 0)
	if err != nil || len(history) != rounds {
		t.Fatalf("%d rounds in the history, %v; want %d", len(history), err, rounds)
	}
	for _, h := range history {
		counted := map[string]bool{}
		for _, b := range h.Leaves {
			l, err := leaf.Decode(b)
			if err != nil {
				t.Fatal(err)
			}
			counted[l.Device.String()] = true
		}
		if len(counted) != edges || len(h.Leaves) != edges {
			t.Errorf("round %d: %d updates of %d devices, want %d of each", h.Round, len(h.Leaves), len(counted), edges)
		}
	}
	// A killed server leaves files of rounds that are over; a start sweeps them.
	blobs, err := os.ReadDir(w.dir + "/server/blobs")
	if err != nil || len(blobs) > 8 {
		t.Errorf("%d blobs are left, %v; want the module, the last models and the optimiser's state", len(blobs), err)
	}
}

// receipts asks an edge for those that it holds.
func (w *world) receipts(i int) (list []leaf.Receipt) {
	w.t.Helper()
	out, err := exec.Command(w.edge, "receipts", "--dir", w.edgeDir(i)).Output()
	if err == nil {
		err = json.Unmarshal(out, &list)
	}
	if err != nil {
		w.t.Fatalf("receipts of edge %d: %v: %s", i, err, out)
	}
	return list
}
