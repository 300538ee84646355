package devices

import (
	"net/netip"
	"sync"
	"time"
)

const (
	failuresAtOnce = 10              // that one source may make in a row
	failureEvery   = 6 * time.Second // after which one is forgiven
	maxSources     = 4096            // remembered at once; at most some 400 kB
)

// throttle counts failures per source, as a bucket that leaks one per
// failureEvery. Secrets are too long to guess: this only keeps a broken or
// hostile client from costing signatures and log lines.
type throttle struct {
	now func() time.Time

	mu sync.Mutex
	// empty is when the source's bucket will have leaked empty.
	empty map[string]time.Time
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, empty: map[string]time.Time{}}
}

// wait is how long the source must wait before it is heard again; 0 = not at all.
func (t *throttle) wait(source string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	free := t.empty[source].Add(-(failuresAtOnce - 1) * failureEvery)
	return max(0, free.Sub(t.now()))
}

// note counts one failure.
func (t *throttle) note(source string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if len(t.empty) >= maxSources {
		for s, empty := range t.empty {
			if !empty.After(now) {
				delete(t.empty, s)
			}
		}
		if len(t.empty) >= maxSources {
			clear(t.empty) // a flood from everywhere: forget rather than grow
		}
	}
	start := t.empty[source]
	if start.Before(now) {
		start = now
	}
	t.empty[source] = start.Add(failureEvery)
}

// sourceOf groups remote addresses: IPv4 by address, IPv6 by the /64 that one
// subscriber gets.
func sourceOf(remote string) string {
	addr, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	ip := addr.Addr().Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return remote
	}
	return prefix.String()
}
