package job_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// TestMain lets the test binary be the processes that the tests start.
func TestMain(m *testing.M) {
	switch os.Getenv("JOB_TEST_PROCESS") {
	case "runner":
		if err := job.Serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	case "daemon":
		daemonThatHangs(func(*job.Pool) {})
	case "pausing daemon":
		daemonThatHangs(func(p *job.Pool) { p.Pause(0) })
	}
	goleak.VerifyTestMain(m)
}

// process makes a command that starts this test binary in a role.
func process(role string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self)
	c.Env = []string{"JOB_TEST_PROCESS=" + role}
	return c, nil
}

// runner is what the two ways to run a job have in common.
type runner interface {
	Run(context.Context, job.Request) (job.Result, error)
	Close() error
}

func newPool(t testing.TB, c job.PoolConfig) *job.Pool {
	t.Helper()
	c.Command = func() (*exec.Cmd, error) { return process("runner") }
	return closing(t, job.NewPool(c))
}

func newInProcess(t testing.TB, c job.InProcessConfig) *job.InProcess {
	t.Helper()
	p, err := job.NewInProcess(c)
	if err != nil {
		t.Fatal(err)
	}
	return closing(t, p)
}

func closing[R runner](t testing.TB, r R) R {
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// everyRunner runs a test against each way to run a job.
func everyRunner(t *testing.T, test func(*testing.T, runner)) {
	t.Run("pool", func(t *testing.T) { test(t, newPool(t, job.PoolConfig{})) })
	t.Run("pool of interpreters", func(t *testing.T) { test(t, newPool(t, job.PoolConfig{Interpreter: true})) })
	t.Run("in process", func(t *testing.T) { test(t, newInProcess(t, job.InProcessConfig{})) })
}

func wasm(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".wasm"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// guest asks testdata/guest.c for what a letter stands for, with data as input.
func guest(t testing.TB, what, data string) job.Request {
	t.Helper()
	return job.Request{Module: wasm(t, "guest"), Inputs: []job.Input{
		{Name: "do", Content: []byte(what)},
		{Name: "data", Content: []byte(data)},
	}}
}

// stillWorks checks that a runner does an honest job.
func stillWorks(t *testing.T, r runner) {
	t.Helper()
	result, err := r.Run(t.Context(), guest(t, "e", "still here"))
	if got, _ := result.Output("out"); err != nil || string(got) != "still here" {
		t.Errorf("an honest job afterwards gives %q, error %v; want %q", got, err, "still here")
	}
}

func TestOutputsAreWhatTheJobWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	large := make([]byte, 3<<20)
	for i := range large {
		large[i] = byte(i * i >> 8)
	}
	if err := os.WriteFile(path, large, 0o600); err != nil {
		t.Fatal(err)
	}
	everyRunner(t, func(t *testing.T, r runner) {
		for name, data := range map[string]job.Input{
			"content": {Name: "data", Content: large},
			"path":    {Name: "data", Path: path},
		} {
			result, err := r.Run(t.Context(), job.Request{Module: wasm(t, "guest"), Inputs: []job.Input{{Name: "do", Content: []byte("e")}, data}})
			if err != nil {
				t.Fatal(err)
			}
			if got, found := result.Output("out"); !found || string(got) != string(large) {
				t.Errorf("%s: got %d bytes, want the %d of the input", name, len(got), len(large))
			}
		}
		result, err := r.Run(t.Context(), guest(t, "k", ""))
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%q", result.Outputs)
		if want := `[{"a" "first"} {"out" "Jello World\x00\x00!"}]`; got != want {
			t.Errorf("outputs with seeks: got %s, want %s", got, want)
		}
	})
}

func TestModuleByPath(t *testing.T) {
	everyRunner(t, func(t *testing.T, r runner) {
		request := guest(t, "e", "by path")
		request.ModuleHash = hashOf(request.Module)
		request.Module, request.ModulePath = nil, "testdata/guest.wasm"
		for range 2 {
			result, err := r.Run(t.Context(), request)
			if got, _ := result.Output("out"); err != nil || string(got) != "by path" {
				t.Errorf("got %q, error %v", got, err)
			}
		}
		request.ModuleHash[0]++
		if _, err := r.Run(t.Context(), request); !errors.Is(err, job.ErrModule) {
			t.Errorf("another module than named: got error %v, want %v", err, job.ErrModule)
		}
		request.ModulePath = "testdata/none.wasm"
		if _, err := r.Run(t.Context(), request); !errors.Is(err, job.ErrInput) {
			t.Errorf("no such module: got error %v, want %v", err, job.ErrInput)
		}
		stillWorks(t, r)
	})
}

func ExampleInProcess() {
	p, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	module, _ := os.ReadFile("testdata/guest.wasm")
	result, err := p.Run(context.Background(), job.Request{Module: module, Inputs: []job.Input{
		{Name: "do", Content: []byte("e")}, // this guest: echo
		{Name: "data", Content: []byte("17.5")},
	}})
	out, _ := result.Output("out")
	fmt.Printf("%s %v\n", out, err)
	// Output: 17.5 <nil>
}
