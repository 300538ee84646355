package main

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The room's features, and about what they are: the same on all devices, or their
// models could not be averaged.
var (
	roomFeatures = []string{"Temperature", "Humidity", "Light", "CO2", "HumidityRatio"}
	roomCenter   = []float64{20.6, 25.7, 119.5, 606.5, 0.00386}
	roomScale    = []float64{1.02, 5.5, 194.8, 314.3, 0.00085}
)

// shared gives the rows of a real recording, without the heading; it skips the test where
// there is none.
func shared(t *testing.T, path string) (heading []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", path))
	if err != nil {
		t.Skipf("SKIPPED: the recordings are not beside the repository: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(z)
	for in.Scan() {
		row, err := csv.NewReader(strings.NewReader(in.Text())).Read()
		if err != nil {
			t.Fatal(err)
		}
		if heading == nil {
			heading = row
			continue
		}
		rows = append(rows, row[len(row)-len(heading):]) // R writes a row's number before it
	}
	return heading, rows
}

// writeCSV writes rows under a heading.
func (w *world) writeCSV(path string, heading []string, rows [][]string) {
	w.t.Helper()
	var b strings.Builder
	out := csv.NewWriter(&b)
	if err := out.WriteAll(append([][]string{heading}, rows...)); err != nil {
		w.t.Fatal(err)
	}
	w.write(path, []byte(b.String()))
}

// recorded waits until each edge has recorded as many rows, and offered them.
func (w *world) recorded(dataset string, rows []int) {
	w.t.Helper()
	for i, want := range rows {
		w.poll(fmt.Sprintf("edge %d to record %d rows", i, want), func() bool {
			log, err := os.ReadFile(filepath.Join(w.dir, fmt.Sprintf("edge-%d.log", i)))
			return err == nil && strings.Contains(string(log), fmt.Sprintf("name=%s records=%d ", dataset, want))
		})
	}
}

// room prepares edges that replay what room sensors recorded, each its part of the
// minutes, so many times as fast as it was (0 = at once), and record it as a dataset. It
// gives the rows of each, and the path of the test file.
func (w *world) room(edges int, speed float64) (rows []int, evaluation string) {
	w.t.Helper()
	heading, training := shared(w.t, "occupancy/datatraining.txt.gz")
	_, test := shared(w.t, "occupancy/datatest.txt.gz")
	parts := make([][][]string, edges)
	for i, row := range training {
		parts[i%edges] = append(parts[i%edges], row)
	}
	for i, part := range parts {
		w.writeCSV(filepath.Join(w.edgeDir(i), "room.csv"), heading, part)
		w.write(filepath.Join(w.edgeDir(i), "policy.toml"), []byte("[[dataset]]\nname = \"room\"\nrecorded = true\n[[allow]]\nfederation = \"*\"\ndataset = \"room\"\nmodule = \"any\"\n"))
		w.write(filepath.Join(w.edgeDir(i), "edge.toml"), fmt.Appendf(nil, `
[buffer]
commit_age = "100ms"
[[source]]
name = "sensors"
kind = "csv"
path = "room.csv"
time = "date"
values = ["Temperature", "Humidity", "Light", "CO2", "HumidityRatio", "Occupancy"]
speed = %s
[[dataset]]
name = "room"
source = "sensors"
features = [%s]
center = [%s]
scale = [%s]
label = "Occupancy"
refresh = "1s"
`, number(speed), join(roomFeatures, strconv.Quote), join(roomCenter, number), join(roomScale, number)))
		rows = append(rows, len(part))
	}
	evaluation = filepath.Join(w.dir, "test.csv")
	columns := append(roomFeatures[:len(roomFeatures):len(roomFeatures)], "Occupancy")
	var normal [][]string
	for _, row := range test {
		var line []string
		for i, name := range columns {
			v, err := strconv.ParseFloat(row[index(heading, name)], 64)
			if err != nil {
				w.t.Fatal(err)
			}
			if i < len(roomFeatures) {
				v = (v - roomCenter[i]) / roomScale[i]
			}
			line = append(line, number(v))
		}
		normal = append(normal, line)
	}
	w.writeCSV(evaluation, columns, normal)
	return rows, evaluation
}

// occupied writes a federation that learns to tell whether somebody is in the room.
func (w *world) occupied(edges, rounds, epochs int, evaluation string) (path string) {
	path = filepath.Join(w.dir, "room.toml")
	w.write(path, fmt.Appendf(nil, `
name = "room"
seed = 1
[model]
input = [5]
layers = [{type = "dense", units = 16}, {type = "relu"}, {type = "dense", units = 2}]
loss = "softmax-cross-entropy"
[data]
dataset = "room"
[training]
epochs = %d
batch = 20
learning_rate = 0.05
memory_mib = 16
[strategy]
name = "fedavg"
[cohort]
size = %d
over_selection = 1.0
deadline = "1h"
[stop]
rounds = %d
[evaluation]
features = %q
labels = "Occupancy"
`, epochs, edges, rounds, evaluation))
	return path
}

// Devices record what their sensors read; one is killed while it does. A federation that
// names the dataset then tells of minutes that no device has seen whether somebody was in
// the room.
func TestFederationOverRecordedRoom(t *testing.T) {
	t.Parallel()
	const edges = 4
	w := newWorld(t, edges)
	rows, evaluation := w.room(edges, 0)
	w.begin(edges)
	time.Sleep(50 * time.Millisecond)
	w.kill("edge-1")
	w.start("edge-1")
	w.recorded("room", rows)
	if out, err := exec.Command(w.edge, "status", "--dir", w.edgeDir(0)).CombinedOutput(); err != nil || !strings.Contains(string(out), fmt.Sprintf("dataset      room: %d done, 0 skipped", rows[0])) {
		t.Errorf("status: %v: %s", err, out)
	}
	w.tadpole("run", w.occupied(edges, 10, 1, evaluation), "--detach", "--dir", filepath.Join(w.dir, "server"))
	s := w.ended("room")
	if s.BestScore < 0.97 {
		t.Errorf("accuracy on the test file %.4f, want at least 0.97", s.BestScore)
	}
	t.Logf("accuracy on the test file: %.4f in %d rounds", s.BestScore, s.Round)
}

// The dataset grows while the federation runs over it: no update is refused because the
// device has more data by the time that it arrives.
func TestFederationOverGrowingRoom(t *testing.T) {
	t.Parallel()
	const edges, rounds = 3, 60
	w := newWorld(t, edges)
	rows, evaluation := w.room(edges, 60_000) // nine seconds for six days
	w.begin(edges)
	server := filepath.Join(w.dir, "server")
	w.tadpole("run", w.occupied(edges, rounds, 100, evaluation), "--detach", "--dir", server)
	w.ended("room")
	if out := w.tadpole("logs", "room", "--dir", server, "--members"); strings.Count(out, "accepted") != rounds*edges {
		t.Errorf("not every update was accepted:\n%s", out)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "edge-0.log"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(log), "dataset recorded"); n < 3 {
		t.Errorf("the dataset of %d rows grew %d times only", rows[0], n)
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func index(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}
