package twin_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/edge/twin"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// board is a device's disk, and what is around its keeper.
type board struct {
	t       *testing.T
	dir     string
	modules map[blob.Hash][]byte // that the server has

	mu       sync.Mutex
	online   bool
	faults   []wire.PartReport
	ran      []setup.Setup
	reported wire.Reported
	deny     string // why no module may run
}

func newBoard(t *testing.T, local string) *board {
	b := &board{t: t, dir: t.TempDir(), online: true, modules: map[blob.Hash][]byte{}}
	b.edit(local)
	return b
}

func (b *board) edit(local string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, setup.File), []byte(local), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// boot runs a keeper until the test ends, or stop is called as if the power went.
func (b *board) boot() (k *twin.Keeper, stop func()) {
	b.t.Helper()
	journal, err := store.Open(filepath.Join(b.dir, "device.db"), store.Options{NoSync: true})
	if err != nil {
		b.t.Fatal(err)
	}
	blobs, err := blob.OpenDir(filepath.Join(b.dir, "blobs"))
	if err != nil {
		b.t.Fatal(err)
	}
	path := filepath.Join(b.dir, setup.File)
	k, err = twin.New(twin.Config{Dir: b.dir, Journal: journal, Blobs: blobs, Logger: slog.New(slog.DiscardHandler),
		Read: func() (twin.Local, error) {
			text, err := os.ReadFile(path)
			return twin.Local{Path: path, Text: text, Found: true}, err
		},
		Fetch: func(_ context.Context, wanted []blob.Manifest) {
			for _, m := range wanted {
				if content, has := b.modules[m.Hash]; has {
					if _, err := blobs.Put(content); err != nil {
						b.t.Error(err)
					}
				}
			}
		},
		Module: func(j setup.Job) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			if _, err := os.Stat(j.Module); err != nil || b.deny == "" {
				return err
			}
			return errors.New(b.deny)
		},
		Run: func(s setup.Setup, _ bool) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.ran = append(b.ran, s)
		},
		Parts: func() []wire.PartReport {
			b.mu.Lock()
			defer b.mu.Unlock()
			return slices.Clone(b.faults)
		},
		Online: func() bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.online
		},
		Hello: func(context.Context) {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.online {
				k.Answered()
			}
		},
		Report: func(_ context.Context, r wire.Reported) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.reported = r
		}})
	if err != nil {
		b.t.Fatal(err)
	}
	first, _ := k.First()
	b.mu.Lock()
	b.ran = append(b.ran, first)
	b.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); k.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		<-done
		if err := journal.Close(); err != nil {
			b.t.Error(err)
		}
	})
	b.t.Cleanup(stop)
	return k, stop
}

// until waits for an outcome, and gives what runs then.
func (b *board) until(version uint64, outcome string) setup.Setup {
	b.t.Helper()
	var r wire.Reported
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		b.mu.Lock()
		r = b.reported
		running := b.ran[len(b.ran)-1]
		b.mu.Unlock()
		if r.Version == version && r.Outcome == outcome {
			return running
		}
	}
	b.t.Fatalf("reported %+v, want version %d %s", r, version, outcome)
	return setup.Setup{}
}

// deploy is a desired version with one job, whose module the server has.
func (b *board) deploy(n uint64, module, signature string) wire.Desired {
	b.t.Helper()
	m, err := blob.Describe(strings.NewReader(module), 0)
	if err != nil {
		b.t.Fatal(err)
	}
	b.modules[m.Hash] = []byte(module)
	return wire.Desired{Version: n, Trial: 1500, Deployments: []wire.Deployment{{Name: "f", Text: "[[job]]\ninput = [\"s\"]\nchannels = [\"x\"]\n", Module: m, Signature: []byte(signature)}}}
}

// installed names the files of a board's modules, and what they are.
func (b *board) installed() map[string]string {
	b.t.Helper()
	files := map[string]string{}
	paths, _ := filepath.Glob(filepath.Join(b.dir, twin.ModulesDir, "*"))
	for _, p := range paths {
		content, err := os.ReadFile(p)
		if err != nil {
			b.t.Fatal(err)
		}
		_, suffix, _ := strings.Cut(filepath.Base(p), ".")
		files[string(content)] = suffix
	}
	return files
}

const sensor = "[[source]]\nname = \"s\"\nkind = \"hwmon\"\n"

func TestDeployedJobRunsAndGoes(t *testing.T) {
	b := newBoard(t, sensor)
	k, _ := b.boot()
	k.Heard(b.deploy(1, "module 1", "signature 1"))
	if s := b.until(1, wire.TwinApplied); len(s.Jobs) != 1 || s.Jobs[0].Name != "f" {
		t.Errorf("runs %+v, want the job", s.Jobs)
	}
	if got := b.installed(); got["module 1"] != "wasm" || got["signature 1"] != "wasm.sig" || len(got) != 2 {
		t.Errorf("installed %v", got)
	}
	// The same module with a signature that is not good: what runs keeps its own.
	b.mu.Lock()
	b.deny = "no signer of policy.toml has signed it"
	b.mu.Unlock()
	k.Heard(b.deploy(2, "module 1", "forged"))
	b.until(2, wire.TwinRefused)
	if got := b.installed(); got["signature 1"] != "wasm.sig" || len(got) != 2 {
		t.Errorf("after a refusal installed %v", got)
	}
	b.mu.Lock()
	b.deny = ""
	b.mu.Unlock()
	k.Heard(wire.Desired{Version: 3, Trial: 1500})
	if s := b.until(3, wire.TwinApplied); len(s.Jobs) != 0 || len(s.Sources) != 1 {
		t.Errorf("runs %+v, want no job", s)
	}
	if got := b.installed(); len(got) != 0 {
		t.Errorf("after the job installed %v", got)
	}
}

// The power goes in each phase of a version under which the server is not reached: the old
// setup runs in the end, and the version is not tried again.
func TestPowerCutsInATrial(t *testing.T) {
	b := newBoard(t, sensor)
	k, stop := b.boot()
	k.Heard(b.deploy(1, "module 1", "signature 1"))
	b.until(1, wire.TwinApplied)
	lost := b.deploy(2, "module 2", "signature 2")
	content := b.modules[lost.Deployments[0].Module.Hash]
	delete(b.modules, lost.Deployments[0].Module.Hash)
	k.Heard(lost)
	b.until(2, wire.TwinFetching)
	stop()
	b.mu.Lock()
	b.online = false
	b.mu.Unlock()
	b.modules[lost.Deployments[0].Module.Hash] = content
	_, stop = b.boot()
	if s := b.until(2, wire.TwinTrial); !bytes.Contains([]byte(s.Jobs[0].Module), []byte(lost.Deployments[0].Module.Hash.String())) {
		t.Errorf("on trial runs %s", s.Jobs[0].Module)
	}
	stop()
	k, _ = b.boot() // its clock begins anew
	if s := b.until(2, wire.TwinRolledBack); bytes.Contains([]byte(s.Jobs[0].Module), []byte(lost.Deployments[0].Module.Hash.String())) {
		t.Errorf("after the trial runs %s", s.Jobs[0].Module)
	}
	if got := b.installed(); got["module 1"] != "wasm" || got["signature 1"] != "wasm.sig" || len(got) != 2 {
		t.Errorf("installed %v, want the first version's", got)
	}
	b.mu.Lock()
	b.online = true
	b.mu.Unlock()
	k.Heard(lost)
	if err := k.Reload(t.Context()); err != nil { // comes after it
		t.Fatal(err)
	}
	if s := k.Status(); s.Outcome != wire.TwinRolledBack || s.Running != 1 {
		t.Errorf("told again of a version that failed: %+v", s)
	}
}

func TestRebootLoopEndsATrial(t *testing.T) {
	b := newBoard(t, sensor)
	k, stop := b.boot()
	b.mu.Lock()
	b.online = false
	b.mu.Unlock()
	d := b.deploy(1, "module 1", "signature 1")
	d.Trial = 0 // 5 minutes
	k.Heard(d)
	b.until(1, wire.TwinTrial)
	for boots := 1; boots <= 3; boots++ {
		stop()
		k, stop = b.boot()
		s, _ := k.First()
		if want := boots < 3; (len(s.Jobs) == 1) != want {
			t.Errorf("boot %d: the job runs: %v, want %v", boots, len(s.Jobs) == 1, want)
		}
	}
	if s := k.Status(); s.Outcome != wire.TwinRolledBack || !strings.Contains(s.Reason, "3 times") {
		t.Errorf("%+v", s)
	}
}

func TestJobThatFailsIsRolledBack(t *testing.T) {
	b := newBoard(t, sensor+"[[sink]]\nname = \"own\"\nkind = \"file\"\npath = \"x\"\ninput = [\"s\"]\n")
	b.faults = []wire.PartReport{{Kind: "sink", Name: "own", Fault: "the disk is full"}} // was so before
	k, _ := b.boot()
	k.Heard(b.deploy(1, "module 1", "signature 1"))
	b.until(1, wire.TwinApplied)
	b.mu.Lock()
	b.faults = append(b.faults, wire.PartReport{Kind: "job", Name: "f", Fault: "trap"})
	b.mu.Unlock()
	next := b.deploy(2, "module 2", "signature 2")
	k.Heard(next)
	b.until(2, wire.TwinRolledBack)
	if s := k.Status(); !strings.Contains(s.Reason, "job f: trap") {
		t.Errorf("%+v", s)
	}
}

// A device whose journal was lost starts with its own file, and one whose own file has
// mistakes with what ran before.
func TestWhatIsLostIsNoObstacle(t *testing.T) {
	b := newBoard(t, sensor)
	_, stop := b.boot()
	stop()
	b.edit("[[source]]\nname = \"\xff\"\n")
	k, stop := b.boot()
	if s, _ := k.First(); len(s.Sources) != 1 || k.Status().Fault == "" {
		t.Errorf("runs %+v, %+v", s, k.Status())
	}
	stop()
	journal, err := store.Open(filepath.Join(b.dir, "device.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(journal.PutTwin([]byte("junk")), journal.Close()); err != nil {
		t.Fatal(err)
	}
	b.edit(sensor)
	k, _ = b.boot()
	if s, _ := k.First(); len(s.Sources) != 1 || k.Status().Fault != "" {
		t.Errorf("runs %+v, %+v", s, k.Status())
	}
}
