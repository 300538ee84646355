package enrol_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/edge/enrol"
)

// The test binary claims and ends if it finds these in its environment.
const (
	childDir   = "ENROL_TEST_DIR"
	childToken = "ENROL_TEST_TOKEN"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if _, err := enrol.Claim(context.Background(), dir, os.Getenv(childToken)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// A claim that is killed at any instant leaves the device enrolled or not, and
// the same token still works.
func TestKillDuringClaim(t *testing.T) {
	s := start(t, nil)
	child := func(dir, token string) *exec.Cmd {
		c := exec.Command(os.Args[0], "-test.run=^$")
		c.Env = append(os.Environ(), childDir+"="+dir, childToken+"="+token,
			"GORACE=atexit_sleep_ms=0") // the race detector's default is to sleep a second
		c.Stderr = os.Stderr
		return c
	}
	outcomes := map[string]int{}
	const kills = 24
	for i := range kills {
		// The claim writes these in this order: each in its turn is the signal.
		signal := []string{"device.key", "tls.key", "clock", "enrolment.json"}[i%4]
		dir, token := t.TempDir(), s.token(t)
		c := child(dir, token)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		for ; len(ended) == 0; time.Sleep(50 * time.Microsecond) {
			if _, err := os.Stat(filepath.Join(dir, signal)); err == nil {
				break
			}
		}
		time.AfterFunc(rand.N(2*time.Millisecond), func() { _ = c.Process.Kill() }) // fails if it has ended
		err := <-ended
		_, loadErr := enrol.Load(dir)
		switch {
		case loadErr == nil:
			outcomes["enrolled"]++
		case errors.Is(loadErr, enrol.ErrNotEnrolled) && err != nil:
			outcomes["not enrolled"]++
		default:
			t.Fatalf("after a kill (%v) load fails with %v", err, loadErr)
		}
		id, err := enrol.Claim(t.Context(), dir, token)
		if err != nil {
			t.Fatalf("claim after a kill: %v", err)
		}
		if !s.Allowed(id.Key().Address()) {
			t.Errorf("the aggregator does not know %s", id.Key().Address())
		}
	}
	t.Logf("outcomes of the kills: %v", outcomes)
	if list, err := s.List(t.Context()); err != nil || len(list) != kills {
		t.Errorf("%d devices, %v; want %d: some have changed their key", len(list), err, kills)
	}
}
