//go:build unix

package bacalhautest

import "testing"

// Cluster is a test's: what fails, fails the test. Its methods are for the test's
// own goroutine.
type Cluster struct {
	*Nodes
	t testing.TB
}

// Start starts a cluster and waits until its nodes are connected. It ends with the
// test.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	nodes, err := Open(t.Context(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	c := &Cluster{nodes, t}
	t.Cleanup(func() {
		if t.Failed() {
			for _, n := range nodes.nodes {
				t.Logf("log of bacalhau node %d ends with\n%s", n.index, n.tail())
			}
		}
		c.Stop()
	})
	return c
}

// Stop ends all nodes, as a terminal's user would. It may be called again.
func (c *Cluster) Stop() {
	c.t.Helper()
	if err := c.Nodes.Stop(); err != nil {
		c.t.Error(err)
	}
}

// Kill ends a node at once, as a power cut would.
func (c *Cluster) Kill(node int) {
	c.t.Helper()
	if err := c.Nodes.Kill(node); err != nil {
		c.t.Fatal(err)
	}
}

// Restart starts a node again, with its data, its ports and its id, and waits until
// all that run are connected.
func (c *Cluster) Restart(node int) {
	c.t.Helper()
	if err := c.Nodes.Restart(c.t.Context(), node); err != nil {
		c.t.Fatal(err)
	}
}
