package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
)

// sensorDaemon measures the whole daemon, as it is flashed but for this CPU, with a sensor
// of nine channels that gives 100 readings a second, which are kept, written to a file and
// recorded as a dataset by windows of a second. It is a replay, and then a talker on a pipe.
func sensorDaemon(ctx context.Context, s settings) (results []Result, err error) {
	dir := filepath.Join(s.dir, "sensors")
	binary, err := firmware(ctx, s.dir, runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	server := exec.CommandContext(ctx, filepath.Join(s.bin, "tadpole"), "up", "--dir", filepath.Join(dir, "server"), "--listen", "127.0.0.1:0", "--listen-claim", "127.0.0.1:0")
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGTERM) }
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer func() { server.Process.Signal(syscall.SIGTERM); server.Wait() }()
	client := control.NewClient(filepath.Join(dir, "server"))
	if err := until(ctx, func() bool { _, err := client.List(ctx); return err == nil }); err != nil {
		return nil, err
	}
	edge := filepath.Join(dir, "edge")
	if err := enrolSensor(ctx, client, binary, edge); err != nil {
		return nil, err
	}
	_, idle, err := steady(ctx, binary, edge, "")
	if err != nil {
		return nil, err
	}
	results = append(results, Result{"memory of the daemon with all sources compiled in and none set up", idle, "MB RSS", 16, "lower"})
	var starts []float64
	for run := range 7 {
		took, err := coldStart(ctx, binary, edge, fmt.Sprint("cold-", run))
		if err != nil {
			return nil, err
		}
		starts = append(starts, took)
	}
	slices.Sort(starts)
	results = append(results, Result{"cold start of the daemon to the first reading on disk and in a file, median of 7", starts[len(starts)/2], "ms", 200, "lower"})
	busy, memory, err := steady(ctx, binary, edge, fmt.Sprintf(sensorSetup, "steady", "normal"))
	if err != nil {
		return results, err
	}
	stop, err := talk(filepath.Join(edge, "talker"))
	if err != nil {
		return results, err
	}
	heard, _, err := steady(ctx, binary, edge, talkerSetup)
	stop()
	if err != nil {
		return results, err
	}
	if written, err := os.ReadFile(filepath.Join(edge, "talker.jsonl")); err != nil || bytes.Count(written, []byte("\n")) < 6000 {
		return results, errors.Join(err, fmt.Errorf("the daemon wrote %d readings of 100 a second", bytes.Count(written, []byte("\n"))))
	}
	return append(results, Result{"CPU of the daemon at 100 readings a second", busy, "%", 1, "lower"},
		Result{"CPU of the daemon at 100 readings a second, of NMEA on a pipe", heard, "%", 1, "lower"},
		Result{"of it, what a process takes that wakes up 100 times a second and does nothing", waking(), "%", 0, "lower"},
		Result{"memory of the daemon at 100 readings a second", memory, "MB RSS", 0, "lower"}), nil
}

func enrolSensor(ctx context.Context, client *control.Client, binary, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	token, err := client.AddDevice(ctx, devices.AddOptions{})
	if err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, binary, "enroll", "--dir", dir, token).CombinedOutput(); err != nil {
		return fmt.Errorf("enroll: %w: %s", err, out)
	}
	var rows bytes.Buffer
	rows.WriteString("t,a,b,c,d,e,f,g,h,i\n")
	for i := range 100 * 3600 {
		rows.WriteString(strconv.Itoa(10 * i))
		for c := range 9 {
			fmt.Fprintf(&rows, ",%.3f", float64((i*(c+3))%1000)/7)
		}
		rows.WriteByte('\n')
	}
	return os.WriteFile(filepath.Join(dir, "imu.csv"), rows.Bytes(), 0o600)
}

// sensorSetup is the sensor of a run: a recording, replayed as it was, from its beginning.
const sensorSetup = `
[[source]]
name = %[1]q
kind = "csv"
path = "imu.csv"
time = "t"
time_unit = "ms"
values = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
speed = 1.0
priority = %[2]q
[[sink]]
name = "file"
kind = "file"
path = "%[1]s.jsonl"
input = [%[1]q]
[[dataset]]
name = "windows"
source = %[1]q
window = {size = "1s"}
features = ["mean(a)", "std(a)", "delta(b)", "rms(c)", "range(d)", "mean(i)"]
`

// talkerSetup is a link that says one reading at a time.
const talkerSetup = `
[[source]]
name = "compass"
kind = "nmea"
path = "talker"
[[sink]]
name = "file"
kind = "file"
path = "talker.jsonl"
input = ["compass"]
[[dataset]]
name = "headings"
source = "compass"
window = {size = "1s"}
features = ["mean(heading)", "std(heading)", "delta(heading)"]
`

// talk writes 100 headings a second to a pipe until it is stopped.
func talk(path string) (stop func(), err error) {
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return nil, fmt.Errorf("make pipe %s: %w", path, err)
	}
	pipe, err := os.OpenFile(path, os.O_RDWR, 0) // O_WRONLY would wait for the daemon
	if err != nil {
		return nil, err
	}
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			body, sum := fmt.Sprintf("HEHDT,%05.1f,T", float64(n%3600)/10), byte(0)
			for _, c := range []byte(body) {
				sum ^= c
			}
			_, _ = fmt.Fprintf(pipe, "$%s*%02X\r\n", body, sum) // what the daemon does not read is seen in its CPU
			select {
			case <-tick.C:
			case <-ended:
				return
			}
		}
	}()
	return func() {
		close(ended)
		pipe.Close()
		<-stopped
	}, nil
}

// coldStart gives milliseconds.
func coldStart(ctx context.Context, binary, dir, name string) (float64, error) {
	if err := os.WriteFile(filepath.Join(dir, "edge.toml"), fmt.Appendf(nil, sensorSetup, name, "critical"), 0o600); err != nil {
		return 0, err
	}
	begin := time.Now()
	p, stop, err := runDaemon(ctx, binary, dir)
	if err != nil {
		return 0, err
	}
	defer stop()
	out := filepath.Join(dir, name+".jsonl")
	for time.Since(begin) < 20*time.Second {
		if info, err := os.Stat(out); err == nil && info.Size() > 0 {
			return float64(time.Since(begin).Microseconds()) / 1000, nil
		}
		time.Sleep(500 * time.Microsecond)
	}
	return 0, fmt.Errorf("the daemon (process %d) read nothing in 20 s", p.Process.Pid)
}

// steady runs a setup and gives the share of one core in percent, and the memory in MB.
func steady(ctx context.Context, binary, dir, setup string) (busy, memory float64, err error) {
	if err := os.WriteFile(filepath.Join(dir, "edge.toml"), []byte(setup), 0o600); err != nil {
		return 0, 0, err
	}
	p, stop, err := runDaemon(ctx, binary, dir)
	if err != nil {
		return 0, 0, err
	}
	defer stop()
	const settling, during = 20 * time.Second, 60 * time.Second
	time.Sleep(settling)
	pid := fmt.Sprint(p.Process.Pid)
	before := cpu(pid)
	time.Sleep(during)
	return 100 * float64(cpu(pid)-before) / float64(during.Milliseconds()), float64(resident(pid)) / 1e6, nil
}

func runDaemon(ctx context.Context, binary, dir string) (*exec.Cmd, func(), error) {
	p := exec.CommandContext(ctx, binary, "run", "--dir", dir)
	if err := p.Start(); err != nil {
		return nil, nil, errors.Join(errors.New("start daemon"), err)
	}
	return p, func() { p.Process.Signal(syscall.SIGTERM); p.Wait() }, nil
}

// waking is the share of a core, in percent, that waking up 100 times a second takes here.
func waking() float64 {
	const during = 20 * time.Second
	before := cpu("self")
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for begin := time.Now(); time.Since(begin) < during; {
		<-tick.C
	}
	return 100 * float64(cpu("self")-before) / float64(during.Milliseconds())
}
