package fuel_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goldenTraining is the fuel of an epoch of 20 samples in batches of 10. It is the
// same on every engine and CPU, and changes only with the kernel or with
// fuel.Version: a device with another figure would be found cheating.
const goldenTraining = 40_472_490

func TestGoldenTraining(t *testing.T) {
	inputs := trainingInputs(t, 20, plainTraining())
	for name, e := range map[string]engine{"compiler or default": newEngine(t, false, true), "interpreter": newEngine(t, true, true)} {
		k := newTraining(t, e)
		for _, limit := range []int64{plenty, goldenTraining} {
			if used, _, err := k.run(t, inputs, limit); err != nil || used != goldenTraining {
				t.Errorf("%s: took %d, error %v; want %d", name, used, err, goldenTraining)
			}
		}
		if used, _, err := k.run(t, inputs, goldenTraining-1); err == nil || used < goldenTraining {
			t.Errorf("%s: with 1 less: took %d, error %v; want it to run out", name, used, err)
		}
	}
}

// The kernel's updates are what they were without a meter.
func TestTheKernelComputesTheSame(t *testing.T) {
	inputs := trainingInputs(t, 20, plainTraining())
	outputs := map[bool]string{}
	for _, metered := range []bool{false, true} {
		k := newTraining(t, newEngine(t, false, metered))
		if _, _, err := k.run(t, inputs, plenty); err != nil {
			t.Fatal(err)
		}
		update, err := os.ReadFile(filepath.Join(k.outputs, "update.bin"))
		if err != nil {
			t.Fatal(err)
		}
		outputs[metered] = string(update)
	}
	if outputs[true] != outputs[false] || outputs[true] == "" {
		t.Error("the metered kernel gives another update")
	}
}

// The same tests on an ARM CPU, which makes NaNs of the other sign.
func TestARM64(t *testing.T) {
	if _, err := exec.LookPath("qemu-aarch64-static"); err != nil {
		t.Skip("there is no qemu-aarch64-static (Debian: qemu-user-static)")
	}
	program := filepath.Join(t.TempDir(), "fuel.test")
	build := exec.Command("go", "test", "-c", "-o", program, ".")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command("qemu-aarch64-static", program, "-test.short", "-test.v", "-test.run", "^(TestGoldenFuel|TestGoldenTraining|TestEveryLimit|TestGeneratedPrograms|TestGoldenPrograms)$").CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS") != 5 {
		t.Errorf("%v: %s", err, out)
	}
}
