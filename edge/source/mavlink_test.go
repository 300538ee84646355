package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// heard gives the first n readings of a link, but for those that mark when to begin.
func heard(t *testing.T, link source.Bundle, n int) (readings []reading.Reading) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := link.Run(ctx, func(r reading.Reading) error {
		if r.Source == "fc.heartbeat" && r.Values[0] == math.MaxUint32 {
			if len(readings) >= n {
				return errEnough
			}
			return nil
		}
		readings = append(readings, r)
		return r.Validate()
	})
	if !errors.Is(err, errEnough) {
		t.Fatalf("%d readings of %d, then %v", len(readings), n, err)
	}
	return readings
}

func udpPort(t testing.TB) (address string) {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().String()
}

// Another implementation sends every message on every kind of link, in both versions,
// signed, and with all that can go wrong between.
func TestMAVLinkAgainstPymavlink(t *testing.T) {
	program := python(t, "pymavlink, serial")
	key := make([]byte, 32)
	for i := range key {
		key[i] = byte(i)
	}
	for _, c := range []struct{ name, kind, version, signed, junk string }{
		{"UDP, listening", "udpin", "2", "0", "0"},
		{"UDP, dialling", "udpout", "2", "0", "1"},
		{"UDP, version 1", "udpin", "1", "0", "1"},
		{"TCP", "tcp", "2", "0", "1"},
		{"serial", "serial", "2", "0", "1"},
		{"serial, version 1", "serial", "1", "0", "1"},
		{"serial, signed", "serial", "2", "1", "1"},
		{"UDP, signed", "udpout", "2", "1", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := source.MAVLink{Name: "fc", Messages: source.MAVLinkMessages(), Heartbeat: true}
			var its string
			switch c.kind {
			case "udpin":
				address := udpPort(t)
				m.Link, its = "udpin:"+address, "udpout:"+address
			case "udpout":
				address := udpPort(t)
				m.Link, its = "udpout:"+address, "udpin:"+address
			case "tcp":
				address, _ := freePort(t)
				m.Link, its = "tcp:"+address, "tcpin:"+address
			case "serial":
				m.Link, its = nullModem(t)
			}
			if c.signed == "1" {
				m.Key = key
			}
			link, err := m.Open()
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(program, "testdata/mavlink.py", "expect", its, c.version, c.signed, c.junk).Output()
			if err != nil {
				t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
			}
			rows := strings.Split(strings.TrimSpace(string(out)), "\n")
			peer(t, program, "testdata/mavlink.py", "send", its, c.version, c.signed, c.junk)
			readings := heard(t, link, len(rows))
			if len(readings) != len(rows) || len(rows) != 40*len(m.Messages) {
				t.Fatalf("%d readings, want %d", len(readings), len(rows))
			}
			for i, row := range rows {
				checkMessage(t, link, readings[i], row)
			}
			t.Logf("%d skipped", link.Skipped())
			if wild := c.junk == "1" || c.signed == "1"; wild != (link.Skipped() > 50) || !wild && link.Skipped() > 0 {
				t.Errorf("%d skipped", link.Skipped())
			}
		})
	}
}

// checkMessage compares a reading to what was sent.
func checkMessage(t *testing.T, link source.Bundle, r reading.Reading, row string) {
	t.Helper()
	var want struct {
		Message string
		Values  map[string]float64
		Time    float64 // seconds; 0 = when it was received
	}
	if err := json.Unmarshal([]byte(row), &want); err != nil {
		t.Fatal(err)
	}
	if r.Source != "fc."+strings.ToLower(want.Message) {
		t.Fatalf("reading of %s, want %s", r.Source, want.Message)
	}
	if got := float64(r.Time) / 1e9; want.Time > 0 && math.Abs(got-want.Time) > 1e-6 || want.Time == 0 && time.Since(time.Unix(0, r.Time)) > time.Minute {
		// Until SYSTEM_TIME comes, times are guessed.
		if math.Abs(got-float64(time.Now().Unix())) > 60 {
			t.Errorf("%s: at %v, want %v", r.Source, got, want.Time)
		}
	}
	n := 0
	for i, channel := range link.Channels()[r.Source] {
		value, there := want.Values[channel]
		if there {
			n++
		}
		if there == math.IsNaN(r.Values[i]) || there && math.Abs(r.Values[i]-value) > 1e-12*math.Abs(value) {
			t.Errorf("%s: %s is %v, want %v %v", r.Source, channel, r.Values[i], value, there)
		}
	}
	if n != len(want.Values) {
		t.Errorf("%s: %d of %d channels were compared", r.Source, n, len(want.Values))
	}
}

// A real flight comes back as it was recorded.
func TestMAVLinkFlight(t *testing.T) {
	program := python(t, "pymavlink")
	path, address := recording(t, "px4-flight/sensor_combined.csv.gz"), udpPort(t)
	const rows = 4000
	link, err := source.MAVLink{Name: "fc", Link: "udpout:" + address, Messages: []string{"HEARTBEAT", "HIGHRES_IMU"}, Heartbeat: true}.Open()
	if err != nil {
		t.Fatal(err)
	}
	want := first(t, opened(t, source.Table{Name: "imu", Path: path, Time: "timestamp", Unit: source.Microseconds, Values: []string{
		"accelerometer_m_s2[0]", "accelerometer_m_s2[1]", "accelerometer_m_s2[2]", "gyro_rad[0]", "gyro_rad[1]", "gyro_rad[2]"}}), rows)
	peer(t, program, "testdata/mavlink.py", "flight", "udpin:"+address, path, "4000")
	got := heard(t, link, rows)
	if len(got) != rows || link.Skipped() > 0 {
		t.Fatalf("%d rows, %d skipped", len(got), link.Skipped())
	}
	for i, w := range want {
		if got[i].Time-got[0].Time != w.Time-want[0].Time {
			t.Fatalf("row %d is %d ns after the first, want %d", i, got[i].Time-got[0].Time, w.Time-want[0].Time)
		}
		for j, v := range w.Values {
			if got[i].Values[j] != float64(float32(v)) {
				t.Fatalf("row %d: %v, want %v", i, got[i].Values[:6], w.Values)
			}
		}
	}
}

func TestMAVLinkEnds(t *testing.T) {
	open := func(m source.MAVLink) source.Bundle {
		t.Helper()
		m.Name, m.Messages = "fc", []string{"ATTITUDE"}
		link, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		return link
	}
	sensor, path := pty(t)
	for name, m := range map[string]source.MAVLink{"serial": {Link: path}, "UDP": {Link: "udpin:127.0.0.1:0"}, "dialled": {Link: "udpout:" + sink(t)}} {
		m.Heartbeat = true
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := open(m).Run(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
	sensor.Close()
	closed, _ := freePort(t)
	for name, address := range map[string]string{"pulled out": path, "nobody there": "tcp:" + closed, "nor there": "udpout:" + closed} {
		if err := open(source.MAVLink{Link: address, Heartbeat: true}).Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// sink is a UDP port that hears and says nothing.
func sink(t testing.TB) (address string) {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
}

func TestMAVLinkIsChecked(t *testing.T) {
	fine := source.MAVLink{Name: "fc", Link: "udpin:127.0.0.1:14550", Messages: []string{"ATTITUDE"}}
	for name, change := range map[string]func(m *source.MAVLink){
		"name":     func(m *source.MAVLink) { m.Name = strings.Repeat("n", 60) },
		"link":     func(m *source.MAVLink) { m.Link = "" },
		"kind":     func(m *source.MAVLink) { m.Link = "udp:127.0.0.1:14550" },
		"port":     func(m *source.MAVLink) { m.Link = "udpin:127.0.0.1" },
		"nothing":  func(m *source.MAVLink) { m.Messages = nil },
		"message":  func(m *source.MAVLink) { m.Messages = []string{"COMMAND_LONG"} },
		"half key": func(m *source.MAVLink) { m.Key = make([]byte, 16) },
	} {
		m := fine
		change(&m)
		if _, err := m.Open(); err == nil {
			t.Errorf("%s: %+v was opened", name, m)
		}
	}
	link, err := fine.Open()
	if err != nil || len(link.Channels()) != 1 || strings.Join(link.Channels()["fc.attitude"], " ") != "roll pitch yaw rollspeed pitchspeed yawspeed" {
		t.Errorf("channels %v, %v", link.Channels(), err)
	}
}
