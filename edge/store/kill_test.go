package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/store"
)

// TestMain lets the test binary be the process that TestKill kills.
func TestMain(m *testing.M) {
	if path := os.Getenv("STORE_WRITER"); path != "" {
		panic(writeForEver(path))
	}
	os.Exit(m.Run())
}

// queued is how many messages the writer leaves in its outbox.
const queued = 5

// writeForEver does step after step, goes on where its predecessor was killed,
// and prints the number of each step that it knows to be kept.
func writeForEver(path string) error {
	s, err := store.Open(path, store.Options{})
	if err != nil {
		return err
	}
	for n := state(s).entries + 1; ; n++ {
		err := s.Update(func(tx *store.Tx) error {
			_, err := tx.Enqueue(store.Message{ID: hash(n), Kind: strconv.Itoa(n), Body: make([]byte, n%2000)})
			return errors.Join(err,
				tx.Append(store.Entry{Kind: "run", Detail: strconv.Itoa(n)}),
				tx.PutTask(store.Task{ID: hash(n), Created: int64(n), Task: make([]byte, n%3000)}),
				tx.DeleteTask(hash(n-1)),
				tx.AddRun("mnist", time.UnixMilli(int64(n))),
				tx.PutReceipt(hash(n), make([]byte, 100)),
				tx.RaiseTime(int64(n)),
			)
		})
		if err != nil {
			return err
		}
		if err := s.Ack(hash(n - queued)); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// found is what a store holds of the writer's steps.
type found struct {
	entries, runs, receipts, tasks int
	task, floor                    int64
	messages                       []store.Message
}

func state(s *store.Store) (f found) {
	runs, err1 := s.Runs("mnist", time.Time{})
	receipts, err2 := s.Receipts()
	tasks, err3 := s.Tasks()
	floor, err4 := s.TimeFloor()
	err5 := s.Walk(func(store.Entry) error { f.entries++; return nil })
	var err6 error
	f.messages, err6 = s.Pending(0)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		panic(err)
	}
	f.runs, f.receipts, f.tasks, f.floor = len(runs), len(receipts), len(tasks), floor
	if len(tasks) > 0 {
		f.task = tasks[0].Created
	}
	return f
}

// Every number that was printed was kept before, and no step is there by half.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.db")
	acknowledged := 0
	for range 25 {
		writer := exec.Command(os.Args[0])
		writer.Env = append(os.Environ(), "STORE_WRITER="+path)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for first := true; lines.Scan(); first = false {
			if first { // the writer is at work: kill it at any moment from now on
				time.AfterFunc(rand.N(30*time.Millisecond), func() { writer.Process.Kill() })
			}
			if acknowledged, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
		}
		if err := writer.Wait(); err == nil || writer.ProcessState.ExitCode() != -1 {
			t.Fatalf("the writer ended by itself: %v", err)
		}
		checkKilled(t, path, acknowledged)
	}
	if acknowledged < 25 {
		t.Errorf("%d steps in 25 lives, want one a life at least", acknowledged)
	}
}

func checkKilled(t *testing.T, path string, acknowledged int) {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(s.Check(), s.Verify(), s.Close()); err != nil {
			t.Error(err)
		}
	}()
	if s.Recovered() != "" {
		t.Fatalf("killed after step %d: the file was damaged", acknowledged)
	}
	f := state(s)
	n := f.entries
	if n < acknowledged || n > acknowledged+1 {
		t.Errorf("killed after step %d was acknowledged: %d are there", acknowledged, n)
	}
	if f.runs != n || f.receipts != n || f.tasks != 1 || f.task != int64(n) || f.floor != int64(n) {
		t.Errorf("step %d is there by half: %d runs, %d receipts, %d tasks with %d, time %d", n, f.runs, f.receipts, f.tasks, f.task, f.floor)
	}
	// The messages of the last acknowledged steps wait, in order.
	have := map[string]bool{}
	for _, m := range f.messages {
		have[m.Kind] = true
	}
	for i := max(1, acknowledged-queued+2); i <= acknowledged; i++ {
		if !have[strconv.Itoa(i)] {
			t.Errorf("killed after step %d was acknowledged: message %d is lost, there are %s", acknowledged, i, kinds(f.messages))
		}
	}
}
