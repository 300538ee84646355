package source_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"sync"
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

// peer starts a script that plays a sensor, waits until it says that it is up, and ends
// it with the test, or when kill is called.
func peer(t testing.TB, program, script string, arguments ...string) (kill func()) {
	t.Helper()
	process := exec.Command(program, append([]string{script}, arguments...)...)
	var complaint bytes.Buffer
	process.Stderr = &complaint
	input, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		input.Close()
		_ = process.Process.Kill() // the errors say that it was killed, as is wanted
		_ = process.Wait()
	})
	t.Cleanup(kill)
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "up\n" {
		kill()
		t.Fatalf("%s: %q, %v: %s", script, line, err, complaint.String())
	}
	return kill
}
