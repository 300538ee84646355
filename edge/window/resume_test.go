package window_test

import (
	"math/rand/v2"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/window"
)

// A machine that is killed between any two readings, and one that is made anew from
// what it had said was done: together they give the windows of one that never stopped.
func TestKilledMachineGoesOn(t *testing.T) {
	for name, c := range map[string]window.Config{
		"tumbling":            {Size: 10, Lateness: 7},
		"sliding":             {Size: 10, Slide: 4, Lateness: 7},
		"sessions":            {Gap: 6, Lateness: 7},
		"sliding, with jumps": {Size: 10, Slide: 5, Jump: 50, Lateness: 2},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(100) {
				r := rand.New(rand.NewPCG(seed, 3))
				var stream []reading.Reading
				now := int64(1000)
				for i := range 120 {
					now += r.Int64N(5)
					if c.Jump > 0 && r.IntN(40) == 0 {
						now -= 500
					}
					// Out of order, but never late: what was late before a kill may be in time after it.
					stream = append(stream, at(now-r.Int64N(int64(c.Lateness)/2+1), i))
				}
				want, got := run(t, c, stream, nil), run(t, c, stream, r)
				if want != got {
					t.Fatalf("seed %d:\nundisturbed %.300s\nkilled      %.300s", seed, want, got)
				}
			}
		})
	}
}

// run gives the windows of a stream, with kills if there is chance.
func run(t *testing.T, c window.Config, stream []reading.Reading, chance *rand.Rand) string {
	t.Helper()
	m, err := window.New(c)
	if err != nil {
		t.Fatal(err)
	}
	var out []window.Window
	for i := 0; i < len(stream); i++ {
		out = append(out, m.AddNumbered(uint64(i), stream[i])...)
		needed, mark := m.Needed()
		if chance != nil && chance.IntN(10) == 0 {
			if m, err = window.New(c); err != nil {
				t.Fatal(err)
			}
			m.Resume(mark)
			i = int(needed) - 1
		}
	}
	return show(out)
}
