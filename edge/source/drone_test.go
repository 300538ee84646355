package source_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/cmplx"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

func flown(t testing.TB, d source.Drone) []reading.Reading {
	t.Helper()
	d.Name, d.Begin, d.Speed = "drone", 1e18, math.Inf(1)
	if d.Duration == 0 {
		d.Duration = 20 * time.Second
	}
	s, err := d.Open()
	if err != nil {
		t.Fatal(err)
	}
	var readings []reading.Reading
	if err := s.Run(t.Context(), func(r reading.Reading) error { readings = append(readings, r); return r.Validate() }); err != nil {
		t.Fatal(err)
	}
	return readings
}

// peak gives the frequency in Hz, from 20 on, at which a channel swings most, and how far,
// in readings at 250 Hz: a discrete Fourier transform with Hann's window.
func peak(readings []reading.Reading, channel int) (frequency, amplitude float64) {
	const rate, step = 250, 0.25
	mean := 0.0
	for _, r := range readings {
		mean += r.Values[channel] / float64(len(readings))
	}
	for f := 20.0; f < rate/2; f += step {
		var sum complex128
		turn, turned := cmplx.Exp(complex(0, 2*math.Pi*f/rate)), complex(1, 0)
		hann, hanned := cmplx.Exp(complex(0, 2*math.Pi/float64(len(readings)))), complex(1, 0)
		for _, r := range readings {
			sum += complex((1-real(hanned))*(r.Values[channel]-mean), 0) * turned
			turned, hanned = turned*turn, hanned*hann
		}
		if a := 2 * cmplx.Abs(sum) / float64(len(readings)); a > amplitude {
			frequency, amplitude = f, a
		}
	}
	return frequency, amplitude
}

// deviation gives a channel's.
func deviation(readings []reading.Reading, channel int) float64 {
	sum, squares, n := 0.0, 0.0, float64(len(readings))
	for _, r := range readings {
		sum, squares = sum+r.Values[channel], squares+r.Values[channel]*r.Values[channel]
	}
	return math.Sqrt(squares/n - sum/n*sum/n)
}

func TestDroneHovers(t *testing.T) {
	for rotor := range 4 {
		readings := flown(t, source.Drone{Seed: 3, Duration: time.Minute, Fault: source.RotorFault{Rotor: rotor, Severity: 0.02, After: 30 * time.Second}})
		if len(readings) != 60*250 {
			t.Fatalf("%d readings", len(readings))
		}
		healthy, damaged := readings[:30*250], readings[31*250:]
		for name, part := range map[string][]reading.Reading{"healthy": healthy, "damaged": damaged} {
			mean := [6]float64{}
			for i, r := range part {
				for j := range mean {
					mean[j] += r.Values[j] / float64(len(part))
				}
				if math.Abs(r.Values[0]) > 1 || math.Abs(r.Values[1]) > 1 || r.Values[6] != map[string]float64{"healthy": 0, "damaged": 1}[name] {
					t.Fatalf("%s reading %d: %v", name, i, r.Values)
				}
			}
			for j, want := range []float64{0, 0, 0, 0, 0, -9.80665} {
				if math.Abs(mean[j]-want) > 0.2 {
					t.Errorf("%s rotor %d: channel %d is %v on average, want %v", name, rotor, j, mean[j], want)
				}
			}
		}
		// 2 percent of a blade take 2.9 of the thrust: the rotor turns 1.5 percent faster.
		want := source.HoverRate() / math.Sqrt((1+math.Pow(0.98, 3))/2)
		for _, channel := range []int{0, 1, 2, 3, 4} {
			before, after := deviation(healthy, channel), deviation(damaged, channel)
			f, a := peak(damaged[:2048], channel)
			_, quiet := peak(healthy[:2048], channel)
			if math.Abs(f-want) > 1 || a < 3*quiet || after < 1.1*before {
				t.Errorf("rotor %d, channel %d: peak of %v at %v Hz, of %v before, want it at %v; deviation %v, before %v", rotor, channel, a, f, quiet, want, after, before)
			}
		}
	}
	if hover := source.HoverRate(); hover < 75 || hover > 90 {
		t.Errorf("rotors turn at %v Hz", hover)
	}
}

func TestDroneIsDeterministic(t *testing.T) {
	encode := func(seed uint64) (b []byte) {
		for _, r := range flown(t, source.Drone{Seed: seed, Duration: 5 * time.Second, Fault: source.RotorFault{Severity: 0.01, After: time.Second}}) {
			b = reading.Append(b, r)
		}
		return b
	}
	if !bytes.Equal(encode(1), encode(1)) || bytes.Equal(encode(1), encode(2)) {
		t.Error("the bits do not follow from the seed")
	}
}

// Worse damage shakes more, and other rates of reading see the same drone.
func TestDroneSeverity(t *testing.T) {
	last := 0.0
	for _, severity := range []float64{0, 0.005, 0.02, 0.1, 0.3} {
		_, a := peak(flown(t, source.Drone{Duration: 10 * time.Second, Fault: source.RotorFault{Severity: severity}})[500:], 3)
		if a < 2*last {
			t.Errorf("severity %v shakes by %v, a lesser one by %v", severity, a, last)
		}
		last = a
	}
	slow, fast := deviation(flown(t, source.Drone{}), 3), deviation(flown(t, source.Drone{Rate: 1000}), 3)
	if slow/fast < 0.7 || slow/fast > 1.4 {
		t.Errorf("deviation %v at 250 Hz, %v at 1000", slow, fast)
	}
}

func TestDroneInItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for speed, want := range map[float64]time.Duration{0: 4 * time.Second, 2: 2 * time.Second} {
			s, err := source.Drone{Name: "drone", Duration: 4 * time.Second, Speed: speed}.Open()
			if err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			readings := all(t, s)
			if took := time.Since(begin); len(readings) != 1000 || (took-want).Abs() > 10*time.Millisecond || readings[0].Time != begin.UnixNano() {
				t.Errorf("%d readings from %d on took %v, want %v", len(readings), readings[0].Time, took, want)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s, err := source.Drone{Name: "drone"}.Open()
		if err == nil {
			err = s.Run(ctx, func(reading.Reading) error { return nil })
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("for ever: %v", err)
		}
	})
	for name, d := range map[string]source.Drone{"name": {}, "rate": {Name: "d", Rate: 100}, "speed": {Name: "d", Speed: -1}, "NaN": {Name: "d", Rate: math.NaN()},
		"rotor": {Name: "d", Fault: source.RotorFault{Rotor: 4}}, "severity": {Name: "d", Fault: source.RotorFault{Severity: 1}}} {
		if _, err := d.Open(); err == nil {
			t.Errorf("%s: %+v was opened", name, d)
		}
	}
}

// A fault is mixed into a real recording.
func TestMix(t *testing.T) {
	imu := source.Table{Name: "imu", Path: recording(t, "px4-flight/sensor_combined.csv.gz"), Time: "timestamp", Unit: source.Microseconds, Values: []string{
		"baro_temp_celcius", "gyro_rad[0]", "gyro_rad[1]", "gyro_rad[2]", "accelerometer_m_s2[0]", "accelerometer_m_s2[1]", "accelerometer_m_s2[2]"}}
	rows, columns := all(t, opened(t, imu)), [6]int{1, 2, 3, 4, 5, 6}
	kept := append([]float64(nil), rows[12_000].Values...)
	fault := source.RotorFault{Rotor: 2, Severity: 0.005, After: 40 * time.Second}
	mixed, err := fault.Mix(rows, columns, 1)
	if err != nil || len(mixed) != len(rows) {
		t.Fatal(len(mixed), err)
	}
	again, err := fault.Mix(rows, columns, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range mixed {
		same := true
		for j, v := range r.Values {
			same = same && v == rows[i].Values[j]
			if v != again[i].Values[j] {
				t.Fatalf("row %d differs between two runs of one seed", i)
			}
		}
		if before := r.Time-rows[0].Time < int64(fault.After); before != same || r.Time != rows[i].Time || r.Values[0] != rows[i].Values[0] {
			t.Fatalf("row %d is %v, was %v", i, r, rows[i])
		}
	}
	if rows[12_000].Values[1] != kept[1] {
		t.Error("the recording was changed")
	}
	for _, channel := range columns {
		f, a := peak(mixed[12_000:13_024], channel)
		_, quiet := peak(rows[12_000:13_024], channel)
		if math.Abs(f-source.HoverRate()) > 3 || a < 5*quiet {
			t.Errorf("channel %d: peak of %v at %v Hz, %v before", channel, a, f, quiet)
		}
	}
	if _, err := fault.Mix(rows, [6]int{1, 2, 3, 4, 5, 7}, 1); err == nil {
		t.Error("a column that is not there was mixed into")
	}
}
