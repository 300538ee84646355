package buffer_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
)

// What was printed as acknowledged before a kill is there, and the sink goes on.
func TestKill(t *testing.T) {
	p := path(t)
	acknowledged, has := -1, -1
	for range 20 {
		writer := exec.Command(os.Args[0])
		writer.Env = append(os.Environ(), "BUFFER_WRITER="+p)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for first := true; lines.Scan(); first = false {
			if first {
				time.AfterFunc(rand.N(40*time.Millisecond), func() { writer.Process.Kill() })
			}
			if _, err := fmt.Sscan(lines.Text(), &acknowledged, &has); err != nil {
				t.Fatal(err)
			}
		}
		if err := writer.Wait(); err == nil || writer.ProcessState.ExitCode() != -1 {
			t.Fatalf("the writer ended by itself: %v", err)
		}
		b, err := buffer.Open(p, buffer.Options{Sinks: []string{"job", "late"}, NoSync: true, CommitAge: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		s := status(t, b)
		if s.Recovered != "" || len(s.Dropped) > 0 || int(s.Next) <= acknowledged {
			t.Errorf("after %d was acknowledged: %+v", acknowledged, s)
		}
		if cursor := int(s.Next - s.Lag["job"]); cursor > has+1+20 { // one more may be given, acknowledged and not printed
			t.Errorf("the sink is at %d, but had up to %d only", cursor, has)
		}
		for i, r := range drain(t, b, "late") {
			if int(r.Number) != i || r.Time != int64(i) {
				t.Fatalf("reading %d has number %d and time %d", i, r.Number, r.Time)
			}
		}
		shut(t, b)
	}
	if acknowledged < 400 {
		t.Errorf("%d readings in 20 lives, want one batch a life at least", acknowledged)
	}
}

// filled writes a file of many pages, and gives it, with 2000 readings for sink job.
func filled(t testing.TB) []byte {
	t.Helper()
	p := path(t)
	b, err := buffer.Open(p, buffer.Options{Sinks: []string{"job"}, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		put(t, b, buffer.Priority(i%4), some("imu", 200*i, 200))
	}
	shut(t, b)
	return image(t, p)
}

// reopen holds a buffer to running on, whatever its file holds: it gives true readings
// only, accounts for the others unless the file was set aside, and takes new ones.
func reopen(t *testing.T, content []byte) (aside bool) {
	t.Helper()
	p := filepath.Join(t.TempDir(), "readings.db")
	if err := os.WriteFile(p, content, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := buffer.Open(p, buffer.Options{Sinks: []string{"job"}, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, b)
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	put(t, b, buffer.Critical, some("new", 5000, 10))
	s := status(t, b)
	due := drain(t, b, "job")
	fresh, last := 0, -1
	for _, r := range due {
		switch {
		case int(r.Number) <= last:
			t.Errorf("number %d behind %d", r.Number, last)
		case r.Source == "new":
			fresh++
		case r.Source != "imu" || r.Time != int64(r.Number):
			t.Errorf("reading %d is %v", r.Number, r)
		}
		last = int(r.Number)
	}
	if fresh != 10 {
		t.Errorf("%d of 10 new readings are there", fresh)
	}
	if s.Recovered != "" {
		return true
	}
	if missed := dropped(s, "job")[": damage"]; !s.Forgot && len(due)+missed != int(s.Next) || s.Next < 10 {
		t.Errorf("%d readings and %d damaged, of %d; %v", len(due), missed, s.Next, s.Dropped)
	}
	return false
}

func TestDamage(t *testing.T) {
	sound := filled(t)
	if reopen(t, sound) {
		t.Fatal("a sound file was set aside")
	}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	aside := 0
	const trials = 150
	for range trials {
		content := bytes.Clone(sound)
		switch r.IntN(3) {
		case 0:
			content = content[:r.IntN(len(content))]
		case 1:
			for range 1 + r.IntN(4) {
				content[r.IntN(len(content))] ^= 1 << r.IntN(8)
			}
		case 2:
			at := r.IntN(len(content) - 4096)
			for i := range 1 + r.IntN(4095) {
				content[at+i] = byte(r.Uint32())
			}
		}
		if reopen(t, content) {
			aside++
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if aside < trials/10 || aside == trials {
		t.Errorf("%d of %d damaged files were set aside, want some", aside, trials)
	}
}

func FuzzOpen(f *testing.F) {
	sound := filled(f)
	for page := range 4 {
		f.Add(uint32(page*4096), uint64(page+1))
		f.Add(uint32(page*4096+100), uint64(1))
	}
	f.Fuzz(func(t *testing.T, at uint32, junk uint64) {
		content := bytes.Clone(sound)
		binary.NativeEndian.PutUint64(content[int(at)%(len(content)-8):], junk)
		reopen(t, content)
	})
}

// inSmallDisk runs the named test again in a process of its own that sees a disk of so
// many KiB, and gives its path there; here, it gives "".
func inSmallDisk(t *testing.T, kib int) (dir string) {
	t.Helper()
	if dir := os.Getenv("BUFFER_DISK"); dir != "" {
		return dir
	}
	dir = t.TempDir()
	script := fmt.Sprintf("mount -t tmpfs -o size=%dk none %s && exec %s -test.v -test.run '^%s$'", kib, dir, os.Args[0], t.Name())
	c := exec.Command("unshare", "--mount", "--map-root-user", "sh", "-c", script)
	c.Env = append(os.Environ(), "BUFFER_DISK="+dir)
	out, err := c.CombinedOutput()
	if err != nil && !strings.Contains(string(out), "=== RUN") {
		t.Skipf("no disk of its own to fill: unshare: %v: %s", err, out)
	}
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
	return ""
}

// The disk is smaller than the quota, then another fills it to the last page, then
// that goes away.
func TestFullDisk(t *testing.T) {
	dir := inSmallDisk(t, 600)
	if dir == "" {
		return
	}
	b := open(t, filepath.Join(dir, "readings.db"), buffer.Options{Sinks: []string{"job"}, CommitAge: time.Hour})
	appended := 0
	add := func() {
		t.Helper()
		receipt, err := b.Append(t.Context(), buffer.Batch{Readings: some("imu", appended, 200)})
		if err != nil {
			t.Fatal(err)
		}
		appended += 200
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := b.Flush(ctx); err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		if err := receipt.Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for range 60 {
		add()
	}
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	for range 60 {
		add()
	}
	s := status(t, b)
	due := drain(t, b, "job")
	missed := dropped(s, "job")["imu: disk full"]
	t.Logf("%d readings: %d are there, %d dropped", appended, len(due), missed)
	if missed == 0 || len(due)+missed != appended || len(due) < 1000 {
		t.Errorf("%d readings: %d are there, %v dropped", appended, len(due), s.Dropped)
	}
	if due[len(due)-1].Time != int64(appended-1) {
		t.Errorf("the newest is %d, want %d", due[len(due)-1].Time, appended-1)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	dir := inSmallDisk(t, 4096)
	if dir == "" {
		return
	}
	remount := func(how string) {
		t.Helper()
		if out, err := exec.Command("mount", "-o", "remount,"+how, dir).CombinedOutput(); err != nil {
			t.Skipf("remount: %v: %s", err, out)
		}
	}
	p := filepath.Join(dir, "readings.db")
	b, err := buffer.Open(p, buffer.Options{Sinks: []string{"job"}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, b, buffer.Normal, some("imu", 0, 100))
	shut(t, b)
	remount("ro")
	if _, err := buffer.Open(p, buffer.Options{Sinks: []string{"job"}}); !errors.Is(err, syscall.EROFS) {
		t.Errorf("opened on a read-only disk: %v", err)
	}
	remount("rw")
	b = open(t, p, buffer.Options{Sinks: []string{"job"}})
	if due := drain(t, b, "job"); len(due) != 100 {
		t.Errorf("%d readings afterwards, want 100", len(due))
	}
}
