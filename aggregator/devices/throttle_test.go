package devices

import (
	"fmt"
	"testing"
	"time"
)

func TestThrottleForgives(t *testing.T) {
	now := time.Unix(1000, 0)
	th := newThrottle(func() time.Time { return now })
	for range failuresAtOnce {
		if wait := th.wait("a"); wait != 0 {
			t.Fatalf("wait %v before the last free failure", wait)
		}
		th.note("a")
	}
	if got := th.wait("a"); got != failureEvery {
		t.Errorf("wait %v, want %v", got, failureEvery)
	}
	if got := th.wait("b"); got != 0 {
		t.Errorf("another source waits %v", got)
	}
	now = now.Add(failureEvery)
	if got := th.wait("a"); got != 0 {
		t.Errorf("wait %v after one was forgiven, want 0", got)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	th := newThrottle(func() time.Time { return now })
	for i := range 3 * maxSources {
		th.note(fmt.Sprint(i))
	}
	if len(th.empty) > maxSources {
		t.Errorf("%d sources remembered, want at most %d", len(th.empty), maxSources)
	}
}

func TestSourceOf(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:99":              "192.0.2.7",
		"[::ffff:192.0.2.7]:99":     "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:99": "2001:db8:1:2::/64",
		"somewhere":                 "somewhere",
	} {
		if got := sourceOf(remote); got != want {
			t.Errorf("source of %s is %s, want %s", remote, got, want)
		}
	}
}
