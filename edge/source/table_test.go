package source_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

func opened(t testing.TB, table source.Table) source.Source {
	t.Helper()
	s, err := table.Open()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func all(t *testing.T, s source.Source) (readings []reading.Reading) {
	t.Helper()
	return first(t, s, math.MaxInt)
}

func TestLines(t *testing.T) {
	csv := source.Table{Name: "room", Time: "t", Unit: source.Seconds, Values: []string{"b", "a"}}
	lines := csv
	lines.Format = source.JSONLines
	for name, c := range map[string]struct {
		table   source.Table
		text    string
		want    [][3]float64 // time in seconds, b, a; -1 = none
		skipped uint64
	}{
		"plain":          {csv, "t,a,b\n1,2,3\r\n4,5,6", [][3]float64{{1, 3, 2}, {4, 6, 5}}, 0},
		"quoted":         {csv, "\ufeff\"t\",\"a\",\"b\"\n\"1\",\"2\",\"3\"\n", [][3]float64{{1, 3, 2}}, 0},
		"rows' names":    {csv, "t,a,b\nfirst,1,2,3\nsecond,4,5,6\n", [][3]float64{{1, 3, 2}, {4, 6, 5}}, 0},
		"none":           {csv, "t,a,b\n1,,3\n\n", [][3]float64{{1, 3, -1}}, 0},
		"garbage":        {csv, "t,a,b\n1,2\n1,2,3,4,5\nx,1,2\n1,x,2\n\"1,2,3\n1e400,1,2\n2.5,1,2\n" + strings.Repeat("1,", 80_000) + "\n3,1,2\n", [][3]float64{{2.5, 2, 1}, {3, 2, 1}}, 7},
		"JSON":           {lines, `{"t":1,"a":2,"b":3e0,"c":[1]}` + "\n\n" + `{"t":"4","a":true,"b":null}` + "\n" + `{"t":5}`, [][3]float64{{1, 3, 2}, {4, -1, 1}, {5, -1, -1}}, 0},
		"JSON's garbage": {lines, "{\n[]\n" + `{"a":1}` + "\n" + `{"t":1,"a":"x"}` + "\n" + `{"t":1,"a":{}}` + "\n", nil, 5},
	} {
		t.Run(name, func(t *testing.T) {
			c.table.Input = strings.NewReader(c.text)
			s := opened(t, c.table)
			var got [][3]float64
			for _, r := range all(t, s) {
				row := [3]float64{float64(r.Time) / 1e9, r.Values[0], r.Values[1]}
				for i, v := range row {
					if math.IsNaN(v) {
						row[i] = -1
					}
				}
				got = append(got, row)
			}
			if !reflect.DeepEqual(got, c.want) || s.Skipped() != c.skipped {
				t.Errorf("got %v and %d skipped, want %v and %d", got, s.Skipped(), c.want, c.skipped)
			}
		})
	}
	missing := csv
	missing.Input = strings.NewReader("t,a\n1,2\n")
	if err := opened(t, missing).Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("a missing column: %v", err)
	}
	for _, table := range []source.Table{{}, {Name: "a"}, {Name: "a", Values: []string{"b"}, Speed: 1}, {Name: "a", Values: []string{"b"}, Format: 9}, {Name: "a", Values: make([]string, 256)}} {
		if _, err := table.Open(); err == nil {
			t.Errorf("%+v was opened", table)
		}
	}
}

// recording unpacks one of the project's real recordings.
func recording(t *testing.T, name string) (path string) {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../shared/data", name))
	if err != nil {
		t.Skipf("the recordings are not beside the repository: %v", err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "recording.csv")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRecordings(t *testing.T) {
	room := opened(t, source.Table{Name: "room", Path: recording(t, "occupancy/datatest.txt.gz"), Time: "date", Values: []string{"Temperature", "CO2", "Occupancy"}})
	readings := all(t, room)
	if len(readings) != 2665 || room.Skipped() > 0 {
		t.Fatalf("%d readings of the room, %d skipped, want 2665", len(readings), room.Skipped())
	}
	if r := readings[0]; !time.Unix(0, r.Time).Equal(time.Date(2015, 2, 2, 14, 19, 0, 0, time.UTC)) || !reflect.DeepEqual(r.Values, []float64{23.7, 749.2, 1}) {
		t.Errorf("the first is %v", r)
	}
	imu := source.Table{Name: "imu", Path: recording(t, "px4-flight/sensor_combined.csv.gz"), Time: "timestamp", Unit: source.Microseconds, Values: []string{"gyro_rad[0]", "accelerometer_m_s2[2]"}}
	readings = all(t, opened(t, imu))
	if len(readings) != 17_070 || readings[0].Time != 112_614_307_000 || math.Abs(readings[0].Values[1]+9.63) > 0.01 {
		t.Fatalf("%d readings of the flight, the first %v", len(readings), readings[0])
	}
	// Replayed at ten times its speed, 69 s of flight take 6.9.
	imu.Speed = 10
	s := opened(t, imu)
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		all(t, s)
		want := time.Duration(readings[len(readings)-1].Time-readings[0].Time) / 10
		if took := time.Since(begin); math.Abs(float64(took-want)) > 1e-3*float64(want) {
			t.Errorf("took %v, want %v", took, want)
		}
	})
}

// A real command is the other end of the pipe.
func TestCommand(t *testing.T) {
	c := exec.Command("sh", "-c", `for i in 1 2 3; do echo "{\"v\": $i}"; done`)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	readings := all(t, opened(t, source.Table{Name: "command", Input: out, Format: source.JSONLines, Values: []string{"v"}}))
	if err := c.Wait(); err != nil || len(readings) != 3 || readings[2].Values[0] != 3 || time.Since(time.Unix(0, readings[2].Time)) > time.Minute {
		t.Errorf("got %v, %v", readings, err)
	}
}

func FuzzLines(f *testing.F) {
	f.Add(false, []byte("t,a\n1,2\n\"3\",4\nr,5,6\n"))
	f.Add(true, []byte(`{"t":1,"a":2}`+"\n"+`{"t":"x","a":null}`))
	f.Fuzz(func(t *testing.T, jsonLines bool, text []byte) {
		table := source.Table{Name: "s", Input: bytes.NewReader(text), Time: "t", Unit: source.Milliseconds, Values: []string{"a"}}
		if jsonLines {
			table.Format = source.JSONLines
		}
		n := 0
		s := opened(t, table)
		err := s.Run(t.Context(), func(r reading.Reading) error {
			n++
			return r.Validate()
		})
		if lines := bytes.Count(text, []byte("\n")) + 1; n+int(s.Skipped()) > lines {
			t.Errorf("%d readings and %d skipped of %d lines, %v", n, s.Skipped(), lines, err)
		}
	})
}
