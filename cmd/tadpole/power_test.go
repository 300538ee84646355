package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// stat gives the fields of /proc/PID/stat from the third on (proc_pid_stat(5)).
func stat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, found := strings.Cut(string(text), ") ")
	if err != nil || !found {
		return make([]string, 50)
	}
	return strings.Fields(rest)
}

// runnerOf waits for the process in which a device runs its job.
func (w *world) runnerOf(edge string) (pid int) {
	w.t.Helper()
	w.poll("a runner of "+edge, func() bool { pid = w.runner(edge); return pid != 0 })
	return pid
}

// runner finds that process; 0 = there is none.
func (w *world) runner(edge string) (pid int) {
	w.mu.Lock()
	parent := strconv.Itoa(w.processes[edge].command.Process.Pid)
	w.mu.Unlock()
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		n, _ := strconv.Atoi(filepath.Base(dir))
		if s := stat(n); s[1] == parent && s[0] != "Z" {
			return n
		}
	}
	return 0
}

// cpu is the time that a process has computed, in ticks.
func cpu(pid int) int {
	n, _ := strconv.Atoi(stat(pid)[11])
	return n
}

// A device whose battery falls below its floor in the middle of a round leaves a
// checkpoint, is selected for no other round, loses its power altogether, and after
// charging goes on from there: the model is that of an undisturbed round, bit for bit.
func TestLowBatteryPausesARound(t *testing.T) {
	t.Parallel()
	const edges = 2
	w := newWorld(t, edges)
	sys := filepath.Join(w.edgeDir(0), "sys")
	battery := filepath.Join(sys, "class/power_supply/BAT0")
	if err := os.MkdirAll(battery, 0o700); err != nil {
		t.Fatal(err)
	}
	charge := func(percent int, status string) {
		w.write(filepath.Join(battery, "type"), []byte("Battery\n"))
		w.write(filepath.Join(battery, "status"), []byte(status+"\n"))
		w.write(filepath.Join(battery, "capacity"), fmt.Appendln(nil, percent))
	}
	charge(80, "Discharging")
	w.write(filepath.Join(w.edgeDir(0), "edge.toml"), fmt.Appendf(nil, "[power]\nbattery_floor = 20\nbattery_resume = 40\nroot = %q\n", sys))
	w.begin(edges)

	long := w.federation("long", edges, 1)
	text, err := os.ReadFile(long)
	if err != nil {
		t.Fatal(err)
	}
	// Some seconds of training.
	w.write(long, []byte(strings.NewReplacer("[training]", "[training]\nepochs = 1000", "units = 16", "units = 1000").Replace(string(text))))
	server := filepath.Join(w.dir, "server")
	w.tadpole("run", long, "--detach", "--dir", server)
	runner := w.runnerOf("edge-0")
	w.poll("the training to be under way", func() bool { return cpu(runner) > 30 })
	charge(11, "Discharging")
	w.poll("the runner to leave", func() bool { return w.runner("edge-0") == 0 })
	checkpoints := filepath.Join(w.edgeDir(0), "checkpoints", "*")
	if files, err := filepath.Glob(checkpoints); err != nil || len(files) != 1 {
		t.Errorf("checkpoints %v, error %v; want one", files, err)
	}
	w.kill("edge-0")
	w.start("edge-0")

	// Meanwhile a federation that takes one device takes the other.
	short := w.federation("short", 1, 3)
	w.poll("device ls to tell", func() bool {
		return strings.Contains(w.tadpole("device", "ls", "--dir", server), "waiting: the battery is at 11 %")
	})
	w.tadpole("run", short, "--detach", "--dir", server)
	w.ended("short")
	rounds, err := w.client.History(t.Context(), "short", 0)
	if err != nil || len(rounds) != 3 {
		t.Fatalf("%d rounds, error %v", len(rounds), err)
	}
	ready := w.address(1)
	for _, r := range rounds {
		if len(r.Members) != 1 || r.Members[0].Device.String() != ready {
			t.Errorf("round %d was of %v, want %s alone", r.Round, r.Members, ready)
		}
	}
	out, err := exec.Command(w.edge, "status", "--dir", w.edgeDir(0)).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "power        waiting: the battery is at 11 %: it waits for 40 %; battery 11 %") {
		t.Errorf("status: %v: %s", err, out)
	}
	if s, err := w.client.Status(t.Context(), "long"); err != nil || s.Ended() {
		t.Fatalf("the round ended without the device: %+v, error %v", s, err)
	}

	charge(39, "Charging")
	time.Sleep(1500 * time.Millisecond)
	if w.runner("edge-0") != 0 {
		t.Error("it works at 39 %, want it to wait for 40")
	}
	charge(40, "Charging")
	s := w.ended("long")
	if want := w.simulated(long, edges); s.Model.String() != want {
		t.Errorf("model %s, undisturbed %s", s.Model, want)
	}
	if ls := w.tadpole("device", "ls", "--dir", server); strings.Count(ls, "  online\n") != edges {
		t.Errorf("device ls:\n%s", ls)
	}
	if log, err := os.ReadFile(filepath.Join(w.dir, "edge-0.log")); err != nil || strings.Count(string(log), "no work for now") != 2 || strings.Count(string(log), "training went on from a checkpoint") != 1 {
		t.Errorf("error %v; the log is\n%s", err, log)
	}
	if files, err := filepath.Glob(checkpoints); err != nil || len(files) != 0 {
		t.Errorf("checkpoints %v, error %v; want none after the round", files, err)
	}
}

// Rules of power hold as soon as edge.toml is read anew or the server sends them, and none
// when there are none any more. Jobs wait and go on by them, and the server hears of it.
func TestPowerRulesAreReloaded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	sys := filepath.Join(w.edgeDir(0), "sys")
	for name, content := range map[string]string{"type": "Battery", "status": "Discharging", "capacity": "30"} {
		path := filepath.Join(sys, "class/power_supply/BAT0", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		w.write(path, []byte(content+"\n"))
	}
	file, afar := filepath.Join(w.edgeDir(0), "edge.toml"), filepath.Join(w.dir, "afar.toml")
	const job = counter + "[[job]]\nname = \"lamp\"\nmodule = \"builtin:threshold\"\ninput = [\"counter\"]\nchannels = [\"state\", \"x\"]\nconfig = \"channel=x above=3 below=1\"\n"
	edit := func(power string) {
		t.Helper()
		w.write(file, []byte(job+power))
		if out, err := exec.Command(w.edge, "reload", "--dir", w.edgeDir(0)).CombinedOutput(); err != nil {
			t.Fatalf("reload: %v: %s", err, out)
		}
	}
	status, ls := w.edgeStatus(0), w.server("device", "ls")
	waits, works := regexp.MustCompile(`power +waiting: the battery is at 30 %: it waits for `), regexp.MustCompile(`power +it may work; battery 30 %`)
	paused, told := regexp.MustCompile(`job +lamp: .*; paused: the battery is at 30 %`), regexp.MustCompile(`waiting: the battery is at 30 %`)
	goesOn := func() {
		t.Helper()
		w.poll("the job to go on, and the server to hear of it", func() bool {
			return !strings.Contains(status(), "paused") && !strings.Contains(ls(), "waiting")
		})
		n := w.done(0, "lamp")
		w.poll("the job to do something", func() bool { return w.done(0, "lamp") > n })
	}
	w.write(file, []byte(job))
	w.begin(1)
	w.poll("the job to run", func() bool { return w.done(0, "lamp") > 0 })
	if out := status(); strings.Contains(out, "power ") {
		t.Errorf("status without rules: %s", out)
	}

	edit(fmt.Sprintf("[power]\nbattery_floor = 50\nroot = %q\n", sys))
	w.says(waits, status)
	w.says(paused, status)
	w.says(told, ls)
	edit(fmt.Sprintf("[power]\nbattery_floor = 20\nroot = %q\n", sys))
	w.says(works, status)
	goesOn()

	// The server's rules are beside the device's own, which have the last word.
	w.write(afar, []byte("[power]\nbattery_floor = 60\n"))
	edit(fmt.Sprintf("[power]\nroot = %q\n", sys))
	w.ask("device", "config", "edge-0", "set", afar, "--trial", "2s")
	w.says(waits, status)
	w.says(told, ls)
	w.says(regexp.MustCompile(`version 1 applied`), w.server("device", "twin", "edge-0"))
	w.kill("edge-0")
	w.start("edge-0")
	w.says(waits, status)
	edit(fmt.Sprintf("[power]\nroot = %q\nbattery_floor = 10\n", sys))
	w.says(works, status)
	goesOn()

	edit(fmt.Sprintf("[power]\nroot = %q\n", sys))
	w.says(paused, status)
	w.write(afar, nil)
	w.ask("device", "config", "edge-0", "set", afar, "--trial", "2s")
	w.says(works, status)
	edit("")
	w.poll("the rules to go", func() bool { return !strings.Contains(status(), "power ") })
	goesOn()
}

// address is an edge's, as its status tells it.
func (w *world) address(i int) (address string) {
	w.t.Helper()
	out, err := exec.Command(w.edge, "status", "--dir", w.edgeDir(i)).CombinedOutput()
	if err != nil {
		w.t.Fatalf("status: %v: %s", err, out)
	}
	_, rest, _ := strings.Cut(string(out), "device ")
	return strings.Fields(rest)[0]
}

// A battery that a source reads, as an autopilot's, counts like one of the kernel's.
func TestBatteryOfASource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	var rows [][]string
	for second := range 600 {
		rows = append(rows, []string{strconv.Itoa(second), strconv.Itoa(max(5, 60-second))})
	}
	w.writeCSV(filepath.Join(w.edgeDir(0), "pack.csv"), []string{"t", "remaining"}, rows)
	w.write(filepath.Join(w.edgeDir(0), "edge.toml"), []byte(`
[[source]]
name = "pack"
kind = "csv"
path = "pack.csv"
time = "t"
time_unit = "s"
values = ["remaining"]
speed = 20.0
[power]
battery_floor = 40
battery = "pack.remaining"
`))
	w.begin(1)
	w.poll("device ls to tell", func() bool {
		return strings.Contains(w.tadpole("device", "ls", "--dir", filepath.Join(w.dir, "server")), "waiting: the battery is at ")
	})
}

// Training that a duty cycle interrupts again and again gives the same model.
func TestDutyCycleOfARound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.write(filepath.Join(w.edgeDir(0), "edge.toml"), []byte("[power]\nduty = 0.5\nperiod = \"2s\"\n"))
	w.begin(1)
	path := w.federation("cycled", 1, 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.write(path, []byte(strings.NewReplacer("[training]", "[training]\nepochs = 1000", "units = 16", "units = 500").Replace(string(text))))
	w.tadpole("run", path, "--detach", "--dir", filepath.Join(w.dir, "server"))
	s := w.ended("cycled")
	if want := w.simulated(path, 1); s.Model.String() != want {
		t.Errorf("model %s, undisturbed %s", s.Model, want)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "edge-0.log"))
	if n := strings.Count(string(log), "reason=duty"); err != nil || n < 2 {
		t.Errorf("it rested %d times, error %v; want 2 or more", n, err)
	}
}

// A device whose power is cut again and again in the middle of its training loses no more
// than the time since its last checkpoint: it gets to the end, though it never has the
// time for all of it, and to the update of one that was left alone.
func TestTrainingOutlivesPowerCuts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.begin(1)
	path := w.federation("long", 1, 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.write(path, []byte(strings.NewReplacer("[training]", "[training]\nepochs = 1000", "units = 16", "units = 1000").Replace(string(text))))
	w.tadpole("run", path, "--detach", "--dir", filepath.Join(w.dir, "server"))
	cuts := 0
	for ; cuts < 6; cuts++ {
		computed := func() bool {
			if s, err := w.client.Status(t.Context(), "long"); err == nil && s.Ended() {
				return true
			}
			runner := w.runner("edge-0")
			return runner != 0 && cpu(runner) > 120
		}
		w.poll("a second of training", computed)
		if s, err := w.client.Status(t.Context(), "long"); err == nil && s.Ended() {
			break
		}
		w.kill("edge-0")
		w.start("edge-0")
	}
	s := w.ended("long")
	if want := w.simulated(path, 1); s.Model.String() != want {
		t.Errorf("model %s, undisturbed %s", s.Model, want)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "edge-0.log"))
	if n := strings.Count(string(log), "training went on from a checkpoint"); err != nil || n != 1 || cuts < 2 {
		t.Errorf("after %d power cuts %d runs that went on ended, error %v; the log is\n%s", cuts, n, err, log)
	}
}
