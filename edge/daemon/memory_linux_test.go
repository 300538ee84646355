package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fileResident is how much of mapped files is resident (proc(5): RssFile).
func fileResident(t *testing.T) string {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, is := strings.CutPrefix(line, "RssFile:"); is {
			return strings.TrimSpace(value)
		}
	}
	t.Fatal("no RssFile in /proc/self/status")
	return ""
}

func TestGiveBackLetsTheProgramsPagesGo(t *testing.T) {
	exe, err := filepath.EvalSymlinks("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	before := fileResident(t)
	giveBack()
	after := fileResident(t)
	if kilobytes(t, after) >= kilobytes(t, before) {
		t.Errorf("%s of files resident before, %s after", before, after)
	}
	// What went comes again.
	if info, err := os.Stat(exe); err != nil || info.Size() == 0 {
		t.Errorf("the program goes on: %v", err)
	}
}

func kilobytes(t *testing.T, text string) (n int) {
	t.Helper()
	for _, digit := range strings.Fields(text)[0] {
		n = 10*n + int(digit-'0')
	}
	return n
}
