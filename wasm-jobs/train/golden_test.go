package train_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/plan"
)

// golden has the SHA-256 of update.bin for jobs that use every line of the
// kernel. They are the same on every engine and CPU, and change only if the
// definition of the kernel's results does: a device with other bits would fail
// every audit.
var golden = []struct {
	name, want string
	a          plan.Architecture
	change     func(*plan.Training)
}{
	{"dense", "4eba59f94a6bc62f02da6516622024f8d53e672cc74d9c9f959f03ed96b26ac8", denseNet, func(k *plan.Training) { k.Momentum, k.Bits = 0.9, 8 }},
	{"conv same", "9d0b5c6c5d961c7622171d5297804cfab2020c6aacc022463063a2797bd859be", sameNet, func(k *plan.Training) { k.WeightDecay, k.ClipNorm, k.Bits = 0.01, 0.5, 16 }},
	{"conv valid", "b0badac670b0e1f4e2a15b6dc75e2f33cddce6b3bc4fdd01ba82995148c1c1b9", validNet, func(k *plan.Training) { k.Proximal = 0.1 }},
	{"wide", "8ea11f7441a5b2870dd3c864709d31397bcf37aea7ddeab4dfa0c33bf942184b", wide, func(k *plan.Training) { k.LearningRate = 0.01 }},
}

func goldenFiles(t testing.TB, a plan.Architecture, change func(*plan.Training)) files {
	p := newProblem(a, 23)
	task := plain()
	task.Epochs, task.Batch, task.LearningRate, task.Seed = 2, 10, 0.05, 99
	change(&task)
	return lower(t, a, task, plan.Train, p.model, p.data())
}

func TestGoldenHashes(t *testing.T) {
	engines := map[string]func() (engine, error){"compiler or default": compiler, "interpreter": interpreter}
	for _, g := range golden {
		f := goldenFiles(t, g.a, g.change)
		for name, open := range engines {
			e, err := open()
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%x", sha256.Sum256(e.succeed(t, f).update)); got != g.want {
				t.Errorf("%s in the %s: update has SHA-256 %s, want %s", g.name, name, got, g.want)
			}
		}
	}
}

// need finds programs, or ends the test: with a reason on a developer's machine,
// and as a failure where CI is set.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not installed, and CI must have it", p)
			}
			t.Skipf("%s is not installed", p)
		}
	}
}

func command(t *testing.T, environment []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	return string(out)
}

// wazero's compiler for arm64 gives the bits that its compiler for amd64 does.
func TestGoldenHashesOnARM64(t *testing.T) {
	if runtime.GOARCH == "arm64" {
		t.Skip("this machine is arm64: TestGoldenHashes has shown it")
	}
	need(t, "qemu-aarch64-static")
	program := filepath.Join(t.TempDir(), "run")
	command(t, []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}, "go", "build", "-o", program, "./testdata/run")
	for _, g := range golden {
		if got := command(t, nil, "qemu-aarch64-static", program, "train.wasm", goldenFiles(t, g.a, g.change).write(t)); got != g.want {
			t.Errorf("%s: update has SHA-256 %s, want %s", g.name, got, g.want)
		}
	}
}

// The same C built for this machine gives the same bits: what vectors of another
// width and another compiler's scheduling change is not in the definition.
func TestGoldenHashesNatively(t *testing.T) {
	need(t, "clang")
	for _, flags := range [][]string{{"-O3"}, {"-O0"}} {
		program := buildNative(t, flags...)
		for _, g := range golden {
			directory := goldenFiles(t, g.a, g.change).write(t)
			in := func(name string) string { return filepath.Join(directory, name) }
			command(t, nil, program, in("plan.bin"), in("model.safetensors"), in("data.safetensors"), "2", in("update.bin"))
			update, err := os.ReadFile(in("update.bin"))
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%x", sha256.Sum256(update)); got != g.want {
				t.Errorf("%s, clang %s: update has SHA-256 %s, want %s", g.name, flags, got, g.want)
			}
		}
	}
}
