package uplink

import (
	"math/rand/v2"
	"time"
)

// backoff spaces out connects, so that a fleet does not come back all at once:
// each wait is random between zero and a bound (full jitter), and the bound
// doubles until a connection has proven stable.
type backoff struct {
	min, max time.Duration // of the bound
	stable   time.Duration
	bound    time.Duration // of the next wait; 0 = min
}

// next gives the wait after a connection, or an attempt at one, that lasted up.
func (b *backoff) next(up time.Duration) time.Duration {
	if up >= b.stable || b.bound == 0 {
		b.bound = b.min
	}
	wait := rand.N(b.bound + 1)
	b.bound = min(2*b.bound, b.max)
	return wait
}
