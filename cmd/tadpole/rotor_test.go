package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/reading"
	sensor "github.com/tadpole-edge/tadpole/edge/source"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

var imuColumns = []string{"gyro_rad[0]", "gyro_rad[1]", "gyro_rad[2]", "accelerometer_m_s2[0]", "accelerometer_m_s2[1]", "accelerometer_m_s2[2]"}

const (
	imuWindow  = 200 * time.Millisecond // 50 readings
	imuBlock   = int64(2 * time.Second)
	imuDevices = 4
)

// imuFeatures are how strongly and how fast each axis moves within a window.
func imuFeatures(t *testing.T) (features []feature.Feature) {
	t.Helper()
	for _, column := range imuColumns {
		for _, statistic := range []string{"std", "delta"} {
			f, err := feature.Parse(statistic + "(" + column + ")")
			if err != nil {
				t.Fatal(err)
			}
			features = append(features, f)
		}
	}
	return features
}

// imuRows gives the features of all whole windows.
func imuRows(t *testing.T, readings []reading.Reading, center, scale []float64) (rows [][]float32) {
	t.Helper()
	v, err := feature.New(imuFeatures(t), imuColumns, center, scale)
	if err != nil {
		t.Fatal(err)
	}
	m, err := window.New(window.Config{Size: imuWindow})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readings {
		for _, w := range m.Add(r) {
			if row, ok := v.Of(w.Readings, nil); ok && len(w.Readings) >= 45 {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// Devices record windows of a real flight's IMU, each of its own two seconds of every
// ten; an autoencoder is trained over them by a federation, and told nothing of faults.
// It then flags windows of the seconds that no device saw, into which a simulated rotor
// fault was mixed. The rotors' own vibration is simulated too.
func TestFederatedAutoencoderFlagsRotorFault(t *testing.T) {
	t.Parallel()
	heading, rows := shared(t, "px4-flight/sensor_combined.csv.gz")
	w := newWorld(t, imuDevices)
	parts := make([][][]string, imuDevices+1) // the last is for the test
	var readings [imuDevices + 1][]reading.Reading
	var begin int64
	for i, row := range rows {
		us, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			begin = us * 1000
		}
		r := reading.Reading{Source: "imu", Time: us * 1000}
		for _, column := range imuColumns {
			x, err := strconv.ParseFloat(row[index(heading, column)], 64)
			if err != nil {
				t.Fatal(err)
			}
			r.Values = append(r.Values, x)
		}
		part := int((r.Time - begin) / imuBlock % (imuDevices + 1))
		parts[part], readings[part] = append(parts[part], row), append(readings[part], r)
	}
	recorded := readings[imuDevices]
	// After some seconds the recorded board lies still. So that what is normal is a drone
	// whose rotors turn, the vibration of a simulated one in hover is added everywhere.
	for part := range readings {
		readings[part] = hovering(t, uint64(part), readings[part], sensor.RotorFault{})
		for i, r := range readings[part] {
			parts[part][i] = slices.Clone(parts[part][i])
			for j, column := range imuColumns {
				parts[part][i][index(heading, column)] = number(r.Values[j])
			}
		}
	}
	// What an operator would take from a first flight: about what the features are.
	plain := imuRows(t, readings[0], nil, nil)
	center, scale := make([]float64, len(plain[0])), make([]float64, len(plain[0]))
	for i := range center {
		for _, row := range plain {
			center[i] += float64(row[i]) / float64(len(plain))
		}
		for _, row := range plain {
			scale[i] += math.Abs(float64(row[i])-center[i]) / float64(len(plain))
		}
	}

	var names []string
	for _, f := range imuFeatures(t) {
		names = append(names, strconv.Quote(f.String()))
	}
	counts := make([]int, imuDevices)
	for i := range imuDevices {
		w.writeCSV(filepath.Join(w.edgeDir(i), "imu.csv"), heading, parts[i])
		w.write(filepath.Join(w.edgeDir(i), "policy.toml"), []byte("[[dataset]]\nname = \"shake\"\nrecorded = true\n[[allow]]\nfederation = \"*\"\ndataset = \"shake\"\nmodule = \"any\"\n"))
		w.write(filepath.Join(w.edgeDir(i), "edge.toml"), fmt.Appendf(nil, `
[buffer]
commit_age = "100ms"
[[source]]
name = "imu"
kind = "csv"
path = "imu.csv"
time = "timestamp"
time_unit = "us"
values = [%s]
[[dataset]]
name = "shake"
source = "imu"
window = {size = "200ms"}
features = [%s]
center = [%s]
scale = [%s]
refresh = "1s"
`, join(imuColumns, strconv.Quote), join(names, func(s string) string { return s }), join(center, number), join(scale, number)))
		m, err := window.New(window.Config{Size: imuWindow})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range readings[i] {
			counts[i] += len(m.Add(r))
		}
	}
	w.begin(imuDevices)
	w.recorded("shake", counts)
	path := filepath.Join(w.dir, "rotor.toml")
	w.write(path, fmt.Appendf(nil, `
name = "rotor"
seed = 1
[model]
input = [12]
layers = [{type = "dense", units = 16}, {type = "relu"}, {type = "dense", units = 4}, {type = "dense", units = 16}, {type = "relu"}, {type = "dense", units = 12}]
loss = "mse"
[data]
dataset = "shake"
[training]
epochs = 5
batch = 10
learning_rate = 0.02
clip_norm = 5.0
memory_mib = 16
[strategy]
name = "fedavgm"
momentum = 0.5
[cohort]
size = %d
over_selection = 1.0
deadline = "1h"
[stop]
rounds = 40
`, imuDevices))
	server := filepath.Join(w.dir, "server")
	w.tadpole("run", path, "--detach", "--dir", server)
	w.ended("rotor")
	out := filepath.Join(w.dir, "rotor.safetensors")
	w.tadpole("model", "export", "rotor", "--dir", server, "--latest", "--output", out)
	anomalyJobAgrees(t, out, readings[imuDevices], center, scale)

	model := loadDense(t, out)
	normal := model.errors(imuRows(t, readings[imuDevices], center, scale))
	for _, severity := range []float64{0.001, 0.002, 0.005, 0.01, 0.02} {
		faulty := hovering(t, imuDevices+1, recorded, sensor.RotorFault{Rotor: 1, Severity: severity})
		area := auc(normal, model.errors(imuRows(t, faulty, center, scale)))
		t.Logf("AUC %.4f over %d windows each, for a fault that has cost a blade %.1f %% of its length", area, len(normal), 100*severity)
		if severity >= 0.01 && area < 0.95 {
			t.Errorf("AUC %.4f at %.1f %%, want at least 0.95", area, 100*severity)
		}
	}
}

// hovering adds the vibration of a simulated drone to what was recorded: that of its
// rotors, and of a fault if it has one.
func hovering(t *testing.T, seed uint64, recorded []reading.Reading, fault sensor.RotorFault) (shaken []reading.Reading) {
	t.Helper()
	s, err := sensor.Drone{Name: "drone", Seed: seed, Begin: 1, Duration: time.Duration(len(recorded)) * 4 * time.Millisecond, Speed: math.Inf(1), Fault: fault}.Open()
	if err != nil {
		t.Fatal(err)
	}
	gravity := [6]float64{5: -9.81}
	if err := s.Run(t.Context(), func(r reading.Reading) error {
		if i := len(shaken); i < len(recorded) {
			sum := reading.Reading{Source: "imu", Time: recorded[i].Time}
			for j := range gravity {
				sum.Values = append(sum.Values, recorded[i].Values[j]+r.Values[j]-gravity[j])
			}
			shaken = append(shaken, sum)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(shaken) != len(recorded) {
		t.Fatalf("the drone flew for %d readings, want %d", len(shaken), len(recorded))
	}
	return shaken
}

// dense is the layers of a network, which relu's stand between where the test's model has
// them.
type dense struct{ weights, biases [][]float32 }

func loadDense(t *testing.T, path string) (d dense) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := tensor.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range file.Tensors {
		values := x.Floats()
		if len(x.Shape) == 2 {
			d.weights = append(d.weights, values)
		} else {
			d.biases = append(d.biases, values)
		}
	}
	return d
}

// errors are the mean squares by which the network misses what it is to give back.
func (d dense) errors(rows [][]float32) (errors []float64) {
	for _, row := range rows {
		x := row
		for i, bias := range d.biases {
			y := slices.Clone(bias)
			for o := range y {
				for j := range x {
					y[o] += d.weights[i][o*len(x)+j] * x[j]
				}
				if i%2 == 0 {
					y[o] = max(0, y[o])
				}
			}
			x = y
		}
		sum := 0.
		for i := range row {
			sum += float64(x[i]-row[i]) * float64(x[i]-row[i]) / float64(len(row))
		}
		errors = append(errors, sum)
	}
	return errors
}

// auc is the probability that a broken one's error is greater than a normal one's.
func auc(normal, broken []float64) float64 {
	wins := 0.
	for _, b := range broken {
		for _, n := range normal {
			wins += []float64{0, 0.5, 1}[cmp.Compare(b, n)+1]
		}
	}
	return wins / float64(len(normal)*len(broken))
}
