package source_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// python finds one that has the packages by which tests check what they read: another
// implementation of each protocol.
func python(t testing.TB, packages string) string {
	t.Helper()
	program := os.Getenv("TADPOLE_SENSORS_PYTHON")
	if program == "" {
		program = "python3"
	}
	if out, err := exec.Command(program, "-c", "import "+packages).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: %s has no %s (%v: %s); pip install pynmea2 pymodbus pyserial pymavlink, or name a Python that has them in TADPOLE_SENSORS_PYTHON", program, packages, err, bytes.TrimSpace(out))
	}
	return program
}
