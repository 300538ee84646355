package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/adrianmo/go-nmea"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// Another implementation reads the same in published sentences and in those that it
// writes itself.
func TestNMEAAgainstPynmea2(t *testing.T) {
	out, err := exec.Command(python(t, "pynmea2"), "testdata/nmea.py").Output()
	if err != nil {
		t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
	}
	n := 0
	for row := range strings.Lines(string(out)) {
		text, object, _ := strings.Cut(row, "\t")
		var want map[string]float64
		if err := json.Unmarshal([]byte(object), &want); err != nil {
			t.Fatal(err)
		}
		s, got := said(t, text)
		if len(want) == 0 {
			if len(got) > 1 || s.Skipped() > 0 {
				t.Errorf("%s: got %v and %d skipped, want none", text, got, s.Skipped())
			}
			continue
		}
		if len(got) != 1 || s.Skipped() > 0 {
			t.Fatalf("%s: %d readings, %d skipped", text, len(got), s.Skipped())
		}
		if at, timed := want["time"]; timed && math.Abs(float64(got[0].Time)/1e9-at) > 1e-3 {
			t.Errorf("%s: at %v, want %v", text, got[0].Time, at)
		} else if !timed && time.Since(time.Unix(0, got[0].Time)) > time.Minute {
			t.Errorf("%s: at %v, want now", text, got[0].Time)
		}
		for i, channel := range s.Channels() {
			value, there := want[channel]
			if there == math.IsNaN(got[0].Values[i]) || there && math.Abs(got[0].Values[i]-value) > 1e-9*max(1, math.Abs(value)) {
				t.Errorf("%s: %s is %v, want %v", text, channel, got[0].Values[i], value)
			}
		}
		n++
	}
	if n < 300 {
		t.Errorf("only %d sentences were compared", n)
	}
}

// said gives a text's readings.
func said(t testing.TB, text string) (source.Source, []reading.Reading) {
	t.Helper()
	s, err := source.NMEA{Name: "gnss", Input: iotest.OneByteReader(strings.NewReader(text))}.Open()
	if err != nil {
		t.Fatal(err)
	}
	var readings []reading.Reading
	if err := s.Run(t.Context(), func(r reading.Reading) error { readings = append(readings, r); return r.Validate() }); err != nil {
		t.Fatal(err)
	}
	return s, readings
}

// sum ends a sentence.
func sum(body string) string { return "$" + body + "*" + nmea.Checksum(body) }

func TestNMEAInstants(t *testing.T) {
	rmc := func(clock string) string {
		return sum("GNRMC," + clock + ",A,4807.038,N,01131.000,E,022.4,084.4,230324,,,A")
	}
	gga := func(clock string) string {
		return sum("GNGGA," + clock + ",4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,")
	}
	gsa, hdt := sum("GNGSA,A,3,1,2,3,,,,,,,,,,2.5,1.3,2.1"), "$GPHDT,274.07,T*03"
	for name, c := range map[string]struct {
		text    string
		want    int // readings
		skipped uint64
	}{
		"instants":         {rmc("120000") + "\r\n" + gga("120000") + "\r\n" + gsa + "\r\n" + gsa + "\r\n" + rmc("120001") + "\r\n" + gga("120001") + "\r\n", 2, 0},
		"no line ends":     {rmc("120000") + gga("120000") + gsa + rmc("120001") + gga("120001"), 2, 0},
		"a compass":        {strings.Repeat(hdt+"\n", 50), 50, 0},
		"cut off":          {rmc("120000")[:40] + "\r\n" + gga("120000") + "\n" + gga("120001")[:30] + gga("120002"), 2, 2},
		"end":              {hdt + hdt[:9], 1, 1},
		"wrong checksum":   {strings.Replace(hdt, "274", "275", 1) + "\n" + hdt, 1, 1},
		"small checksum":   {"$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6a\n", 1, 0},
		"no checksum":      {"$GPHDT,274.07,T\n" + hdt, 1, 1},
		"binary":           {"\x00\xff\xb5b\x01\x07$$" + hdt + "\x80\x81\r\n\x82" + hdt, 2, 4},
		"too long":         {"$" + strings.Repeat("GPHDT,", 10_000) + hdt, 1, 1},
		"no numbers":       {sum("GPHDT,NaN,T") + sum("GPHDT,+Inf,T") + sum("GPHDT,north,T") + sum("GPHDT") + sum("") + sum("GPVTG,,T,,M,1e999,N,,K"), 0, 6},
		"beyond the poles": {sum("GPRMC,120000,A,9107.038,N,01131.000,E,022.4,084.4,230324,,,A") + sum("GPRMC,120000,A,4807.038,E,01131.000,E,022.4,084.4,230324,,,A"), 0, 2},
		"others":           {sum("GPGSV,1,1,00") + "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\n" + sum("PUBX,00") + sum("GPZZZ,1"), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, got := said(t, c.text)
			if len(got) != c.want || s.Skipped() != c.skipped {
				t.Errorf("%d readings %v, %d skipped, want %d and %d", len(got), got, s.Skipped(), c.want, c.skipped)
			}
		})
	}
	_, got := said(t, rmc("235959.50")+gga("235959.50"))
	if want := time.Date(2024, 3, 23, 23, 59, 59, 5e8, time.UTC); len(got) != 1 || !time.Unix(0, got[0].Time).Equal(want) || got[0].Values[2] != 545.4 || got[0].Values[3] == 0 {
		t.Errorf("one instant is %v, want one at %v", got, want)
	}
	for _, text := range []string{rmc("250000"), rmc("126000"), rmc("120075"), strings.Replace(rmc("120000"), "230324", "310224", 1)} {
		body, _, _ := strings.Cut(text[1:], "*")
		if _, got := said(t, sum(body)); len(got) != 1 || time.Since(time.Unix(0, got[0].Time)) > time.Minute {
			t.Errorf("%s is %v, want one of now", text, got)
		}
	}
}

// A receiver on a serial line, which is pulled out; and one that says nothing more.
func TestNMEALine(t *testing.T) {
	sensor, path := pty(t)
	s, err := source.NMEA{Name: "gnss", Path: path, Baud: 4800}.Open()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	writing := make(chan error, 1)
	go func() {
		for {
			select {
			case <-writing:
				return
			case <-time.After(time.Millisecond):
				fmt.Fprint(sensor, "$GPHDT,274.07,T*03\r\n")
			}
		}
	}()
	err = s.Run(t.Context(), func(reading.Reading) error {
		if n++; n == 20 {
			close(writing)
			sensor.Close()
		}
		return nil
	})
	if err == nil || n < 20 || !strings.Contains(err.Error(), path) {
		t.Errorf("%d readings, then %v", n, err)
	}
	_, path = pty(t)
	if s, err = (source.NMEA{Name: "gnss", Path: path}).Open(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Run(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a silent line: %v", err)
	}
	if s, err = (source.NMEA{Name: "gnss", Path: filepath.Join(t.TempDir(), "none")}).Open(); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no line: %v", err)
	}
}

func FuzzNMEA(f *testing.F) {
	f.Add("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47")
	f.Add("$GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1*39$GPVTG,220.86,T,,M,2.550,N,4.724,K,A*34\n$GPHDT,274.07,T*03")
	f.Add("$*00!\xff$GPHDT")
	f.Fuzz(func(t *testing.T, text string) {
		// Most changes break a checksum: try each line with a right one as well.
		for _, line := range strings.Split(text, "\n") {
			body, _, _ := strings.Cut(strings.TrimLeft(line, "$"), "*")
			text += "\n" + sum(body)
		}
		s, readings := said(t, text)
		if n := len(readings) + int(s.Skipped()); n > len(text) {
			t.Errorf("%d readings and skipped in %d bytes", n, len(text))
		}
		for _, r := range readings {
			if math.Abs(r.Values[0]) > 90 || math.Abs(r.Values[1]) > 180 {
				t.Errorf("position %v", r.Values[:2])
			}
			for _, v := range r.Values {
				if math.IsInf(v, 0) {
					t.Errorf("values %v", r.Values)
				}
			}
		}
	})
}
