package source_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sysfs lays out files below a directory.
func sysfs(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, content := range files {
		if err := errors.Join(os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755), os.WriteFile(filepath.Join(root, name), []byte(content+"\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

var errEnough = errors.New("enough")

// first gives a source's first n readings.
func first(t *testing.T, s source.Source, n int) (readings []reading.Reading) {
	t.Helper()
	err := s.Run(t.Context(), func(r reading.Reading) error {
		if readings = append(readings, r); len(readings) == n {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) && err != nil {
		t.Fatal(err)
	}
	return readings
}

var hwmonTree = map[string]string{
	"hwmon0/name": "coretemp", "hwmon0/temp1_input": "43500", "hwmon0/temp1_label": "Package id 0", "hwmon0/temp1_max": "80000", "hwmon0/temp2_input": "-1000",
	"hwmon1/name": "ina226", "hwmon1/in0_input": "12034", "hwmon1/curr1_input": "-250", "hwmon1/power1_input": "3008500", "hwmon1/energy1_input": "1000000", "hwmon1/fan1_input": "1200", "hwmon1/humidity1_input": "41500",
}

func TestHwmon(t *testing.T) {
	root := sysfs(t, hwmonTree)
	for chip, want := range map[string]struct {
		channels []string
		values   []float64
	}{
		"coretemp": {[]string{"Package id 0", "temp2"}, []float64{43.5, -1}},
		"ina226":   {[]string{"curr1", "energy1", "fan1", "humidity1", "in0", "power1"}, []float64{-0.25, 1, 1200, 41.5, 12.034, 3.0085}},
	} {
		s, err := source.Hwmon{Name: "board", Chip: chip, Root: root}.Open()
		if err != nil {
			t.Fatal(err)
		}
		checkGauges(t, s, want.channels, want.values)
	}
	for _, h := range []source.Hwmon{{Name: "board", Root: root}, {Name: "board", Root: root, Chip: "k10temp"}, {Name: "board", Root: t.TempDir()}, {Name: "a b", Root: root, Chip: "ina226"}} {
		if _, err := h.Open(); err == nil {
			t.Errorf("%+v was opened", h)
		}
	}
}

func checkGauges(t *testing.T, s source.Source, channels []string, values []float64) {
	t.Helper()
	r := first(t, s, 1)[0]
	if !reflect.DeepEqual(s.Channels(), channels) || len(r.Values) != len(values) {
		t.Fatalf("channels %q with %v, want %q with %v", s.Channels(), r.Values, channels, values)
	}
	for i, want := range values {
		if math.Abs(r.Values[i]-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s is %v, want %v", channels[i], r.Values[i], want)
		}
	}
	if err := r.Validate(); err != nil || time.Since(time.Unix(0, r.Time)) > time.Minute {
		t.Errorf("reading of %v: %v", time.Unix(0, r.Time), err)
	}
}

func TestIIO(t *testing.T) {
	root := sysfs(t, map[string]string{
		"iio:device0/name": "mpu6050", "iio:device0/in_accel_x_raw": "-16384", "iio:device0/in_accel_z_raw": "8192", "iio:device0/in_accel_scale": "0.000598",
		"iio:device0/in_temp_raw": "-2000", "iio:device0/in_temp_offset": "12420", "iio:device0/in_temp_scale": "2.941176", "iio:device0/in_anglvel_x_raw": "10",
		"iio:device0/in_anglvel_x_scale": "0.001", "iio:device0/in_anglvel_scale": "7", "iio:device0/sampling_frequency": "50",
		"iio:device1/name": "ads1015", "iio:device1/in_voltage0_raw": "100", "iio:device1/in_voltage0_scale": "3", "iio:device1/in_voltage1_raw": "100",
		"iio:device1/in_voltage_scale": "2", "iio:device1/in_voltage0-voltage1_raw": "5", "iio:device1/in_voltage-voltage_scale": "4", "iio:device1/in_illuminance_input": "12.5", "iio:device1/in_illuminance_raw": "9",
	})
	for name, want := range map[string]struct {
		channels []string
		values   []float64
	}{
		"mpu6050": {[]string{"accel_x", "accel_z", "anglvel_x", "temp"}, []float64{-16384 * 0.000598, 8192 * 0.000598, 0.01, 10420 * 2.941176}},
		"ads1015": {[]string{"illuminance", "voltage0-voltage1", "voltage0", "voltage1"}, []float64{12.5, 20, 300, 200}},
	} {
		s, err := source.IIO{Name: "imu", Device: name, Root: root}.Open()
		if err != nil {
			t.Fatal(err)
		}
		checkGauges(t, s, want.channels, want.values)
	}
	if _, err := (source.IIO{Name: "imu", Root: root}).Open(); err == nil {
		t.Error("one of two devices was chosen")
	}
}

// A gauge that fails is a NaN while others are read; a device that is gone ends Run.
func TestPollingFaults(t *testing.T) {
	root := sysfs(t, hwmonTree)
	s, err := source.Hwmon{Name: "board", Chip: "coretemp", Root: root, Interval: time.Second}.Open()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		begin, n := time.Now(), 0
		err := s.Run(t.Context(), func(r reading.Reading) error {
			switch n++; n {
			case 1:
				return os.WriteFile(filepath.Join(root, "hwmon0/temp2_input"), []byte("garbage"), 0o644)
			case 2:
				if r.Values[0] != 43.5 || !math.IsNaN(r.Values[1]) || s.Skipped() != 1 {
					t.Errorf("values %v, %d skipped", r.Values, s.Skipped())
				}
				return os.RemoveAll(filepath.Join(root, "hwmon0"))
			}
			return nil
		})
		if n != 2 || !errors.Is(err, os.ErrNotExist) || time.Since(begin) != 2*time.Second {
			t.Errorf("%d readings in %v, then %v", n, time.Since(begin), err)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, err = source.Hwmon{Name: "board", Chip: "ina226", Root: root}.Open()
	if err == nil {
		err = s.Run(ctx, func(reading.Reading) error { return nil })
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("run with a context that has ended: %v", err)
	}
}
