package job_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// spied is a pool that tells of each runner that it starts.
func spied(t *testing.T, c job.PoolConfig) (*job.Pool, *[]*exec.Cmd) {
	var started []*exec.Cmd
	c.Command = func() (*exec.Cmd, error) {
		command, err := process("runner")
		started = append(started, command)
		return command, err
	}
	return closing(t, job.NewPool(c)), &started
}

func TestManyJobsOverTwoRunners(t *testing.T) {
	p := newPool(t, job.PoolConfig{Runners: 2})
	module := wasm(t, "guest")
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			want := strings.Repeat(strconv.Itoa(i), 1+i*37)
			result, err := p.Run(t.Context(), job.Request{Module: module, Inputs: []job.Input{
				{Name: "do", Content: []byte("e")}, {Name: "data", Content: []byte(want)},
			}})
			if got, _ := result.Output("out"); err != nil || string(got) != want {
				t.Errorf("job %d: got %.20q, error %v; want %.20q", i, got, err, want)
			}
		})
	}
	all.Wait()
}

func TestInProcessIsSafeForConcurrentUse(t *testing.T) {
	p := newInProcess(t, job.InProcessConfig{WarmModules: 1})
	modules := [][]byte{wasm(t, "guest"), wasm(t, "nothing"), wasm(t, "start-trap")}
	var all sync.WaitGroup
	for i := range 90 {
		all.Go(func() {
			request := guest(t, "e", fmt.Sprint(i))
			request.Module = modules[i%3]
			result, err := p.Run(t.Context(), request)
			switch got, _ := result.Output("out"); {
			case i%3 == 0 && (err != nil || string(got) != fmt.Sprint(i)), i%3 == 1 && err != nil, i%3 == 2 && !errors.Is(err, job.ErrTrap):
				t.Errorf("job %d: got %q, error %v", i, got, err)
			}
		})
	}
	all.Wait()
}

func TestRunnerKilledInMidJob(t *testing.T) {
	p, started := spied(t, job.PoolConfig{})
	stillWorks(t, p)
	victim := (*started)[0].Process
	killed := make(chan struct{})
	go func() {
		defer close(killed)
		waitForCPU(t, victim.Pid)
		victim.Kill()
	}()
	_, err := p.Run(t.Context(), guest(t, "l", ""))
	<-killed
	if !errors.Is(err, job.ErrRunner) || !strings.Contains(err.Error(), "signal: killed") {
		t.Errorf("got error %v, want %v with the signal", err, job.ErrRunner)
	}
	stillWorks(t, p)
	if len(*started) != 2 {
		t.Errorf("started %d runners, want 2", len(*started))
	}
}

// waitForCPU waits until a process computes, which a runner does only in a job.
func waitForCPU(t *testing.T, pid int) {
	first := cpuTicks(t, pid)
	for cpuTicks(t, pid) < first+5 {
		if t.Context().Err() != nil {
			return
		}
	}
}

func cpuTicks(t *testing.T, pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Error(err)
		return 1 << 30
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	ticks, _ := strconv.Atoi(strings.Fields(rest)[11])
	return ticks
}

func TestRunnerKilledWhileIdleIsReplaced(t *testing.T) {
	p, started := spied(t, job.PoolConfig{})
	stillWorks(t, p)
	(*started)[0].Process.Kill()
	waitUntilGone(t, (*started)[0].Process.Pid)
	stillWorks(t, p)
	if len(*started) != 2 {
		t.Errorf("started %d runners, want 2", len(*started))
	}
}

// waitUntilGone waits until a process is dead with all its threads, reaped or not.
func waitUntilGone(t *testing.T, pid int) {
	t.Helper()
	for begin := time.Now(); ; {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		if err != nil || strings.Contains(string(text), ") Z ") && len(threads) <= 1 {
			return
		}
		if time.Since(begin) > 20*time.Second {
			t.Fatalf("process %d is still there: %s", pid, text)
		}
	}
}

func TestIdleRunnerGoes(t *testing.T) {
	p, started := spied(t, job.PoolConfig{IdleTimeout: time.Millisecond})
	for range 3 {
		stillWorks(t, p)
		waitUntilGone(t, (*started)[len(*started)-1].Process.Pid)
	}
}

func TestRunnerThatCannotStart(t *testing.T) {
	starts := 0
	p := closing(t, job.NewPool(job.PoolConfig{Command: func() (*exec.Cmd, error) {
		starts++
		return exec.Command("/bin/sh", "-c", "echo no such luck >&2; exit 3"), nil
	}}))
	_, err := p.Run(t.Context(), guest(t, "e", ""))
	if !errors.Is(err, job.ErrRunner) || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "no such luck") {
		t.Errorf("got error %v, want %v with status and last words", err, job.ErrRunner)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	for ctx.Err() == nil {
		p.Run(ctx, guest(t, "e", ""))
	}
	if starts > 5 {
		t.Errorf("started %d times in 250 ms, want it backed off", starts)
	}
}

func TestRunnerDiesWithItsDaemon(t *testing.T) {
	daemon, err := process("daemon")
	if err != nil {
		t.Fatal(err)
	}
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("runner %d: %v", pid, err)
	}
	daemon.Process.Kill()
	daemon.Wait()
	waitUntilGone(t, pid)
}

// daemonThatHangs prints the process id of a runner that computes for ever, unless what
// follows stops it.
func daemonThatHangs(then func(*job.Pool)) {
	started := make(chan *exec.Cmd, 1)
	p := job.NewPool(job.PoolConfig{Command: func() (*exec.Cmd, error) {
		c, err := process("runner")
		started <- c
		return c, err
	}})
	module, err := os.ReadFile("testdata/guest.wasm")
	if err != nil {
		panic(err)
	}
	request := job.Request{Module: module, Inputs: []job.Input{{Name: "do", Content: []byte("z")}}}
	if _, err := p.Run(context.Background(), request); err != nil {
		panic(err)
	}
	fmt.Println((<-started).Process.Pid)
	request.Inputs[0].Content = []byte("l")
	request.Limits.Deadline = time.Hour
	time.AfterFunc(100*time.Millisecond, func() { then(p) })
	p.Run(context.Background(), request)
}

func TestClosedPoolRefuses(t *testing.T) {
	p := newPool(t, job.PoolConfig{})
	stillWorks(t, p)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), guest(t, "e", "")); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("got error %v, want that the pool is closed", err)
	}
}

func TestPoolRefusesLargeLimits(t *testing.T) {
	p := newPool(t, job.PoolConfig{MaxMemoryBytes: 1 << 20, MaxOutputBytes: 100})
	for _, c := range []struct {
		limits job.Limits
		want   error
	}{
		{job.Limits{MemoryBytes: 1<<20 + 1, OutputBytes: 1}, job.ErrMemory},
		{job.Limits{MemoryBytes: 1 << 20, OutputBytes: 101}, job.ErrOutputLimit},
	} {
		if _, err := p.Run(t.Context(), job.Request{Module: wasm(t, "nothing"), Limits: c.limits}); !errors.Is(err, c.want) {
			t.Errorf("%+v: got error %v, want %v", c.limits, err, c.want)
		}
	}
	for _, limits := range []job.Limits{{}, {MemoryBytes: 1 << 20, OutputBytes: 100}} {
		if _, err := p.Run(t.Context(), job.Request{Module: wasm(t, "nothing"), Limits: limits}); err != nil {
			t.Errorf("%+v: %v", limits, err)
		}
	}
}

func TestConfinedRunner(t *testing.T) {
	p, started := spied(t, job.PoolConfig{})
	stillWorks(t, p)
	dir := fmt.Sprintf("/proc/%d", (*started)[0].Process.Pid)
	limits, err := os.ReadFile(filepath.Join(dir, "limits"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for line := range strings.Lines(string(limits)) {
		if len(line) > 46 {
			got[strings.TrimSpace(line[:26])] = strings.Fields(line[26:])[0]
		}
	}
	for name, want := range map[string]string{"Max core file size": "0", "Max open files": "128", "Max file size": "134217728"} {
		if got[name] != want {
			t.Errorf("%s is %q, want %s", name, got[name], want)
		}
	}
	for _, name := range []string{"Max data size", "Max cpu time"} {
		if got[name] == "" || got[name] == "unlimited" {
			t.Errorf("%s is %q, want a limit", name, got[name])
		}
	}
	if score, err := os.ReadFile(filepath.Join(dir, "oom_score_adj")); err != nil || strings.TrimSpace(string(score)) != "500" {
		t.Errorf("oom_score_adj is %q, error %v; want 500", score, err)
	}
}

func TestCompileCacheSurvivesDamage(t *testing.T) {
	if job.Engine() != job.Compiler {
		t.Skip("wazero does not compile here")
	}
	dir := filepath.Join(t.TempDir(), "cache")
	for _, damage := range []func(string){
		func(string) {},
		func(path string) { os.WriteFile(path, []byte("rubbish"), 0o600) },
		func(path string) { os.Truncate(path, 100) },
	} {
		files, err := filepath.Glob(dir + "/*/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			damage(path)
		}
		p := newPool(t, job.PoolConfig{CacheDir: dir})
		stillWorks(t, p)
		p.Close()
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("cache directory: %v, error %v; want mode 0700", info.Mode(), err)
	}
}
