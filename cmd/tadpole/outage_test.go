package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/solve"
)

// diary keeps what a process says.
type diary struct {
	to io.Writer

	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.text.Write(p)
	return d.to.Write(p)
}

func (d *diary) says(what string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Count(d.text.String(), what)
}

// relay stands at an address before a server, until it is closed.
func relay(t *testing.T, at, to string) (end func()) {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: httputil.NewSingleHostReverseProxy(target)}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	end = sync.OnceFunc(func() { _ = server.Close(); <-done })
	t.Cleanup(end)
	return end
}

// Provider, mediator and solver are started before the exchange, the chain and
// each other, and outlive them.
func TestPartiesWaitForTheirPeers(t *testing.T) {
	t.Parallel()
	b := newBazaar(t, "solver", "provider", "m1")
	exchange, node, at := freePort(t), freePort(t), freePort(t)
	diaries := map[string]*diary{}
	start := func(name string, arguments ...string) func() {
		t.Helper()
		diaries[name] = &diary{to: t.Output()}
		return b.processTo(diaries[name], append(arguments, "--party-dir", name, "--node", "http://"+node, "--poll", "100ms")...)
	}
	solver := func() func() {
		return start("solver", "solver", "--exchange", "http://"+exchange, "--listen", at)
	}
	start("provider", "provider", "--solver", "http://"+at, "--valid", "1m")
	start("m1", "mediator", "--exchange", "http://"+exchange, "--solver", "http://"+at)
	killSolver := solver()
	for name, d := range diaries {
		b.until(name+" to wait", func() bool { return d.says("waiting for the server") == 1 })
	}
	relay(t, exchange, b.exchange)
	for _, name := range []string{"m1", "solver"} {
		b.until(name+" to wait for the chain", func() bool { return diaries[name].says("waiting for the chain's node") == 1 })
	}
	endNode := relay(t, node, b.node)
	client, err := solve.NewClient("http://" + at)
	if err != nil {
		t.Fatal(err)
	}
	offered := func() bool { w, err := client.Offers(t.Context()); return err == nil && len(w.Resources) > 0 }
	seated := func() bool {
		pool, err := b.look.ActiveMediators(t.Context())
		return err == nil && pool.BitLen() == 1
	}
	b.until("an offer at the solver", offered)
	b.until("a mediator", seated)

	// A solver that lost its book gets new offers, when they are due.
	killSolver()
	if err := os.RemoveAll(filepath.Join(b.dir, "solver", "offers")); err != nil {
		t.Fatal(err)
	}
	b.until("the provider to miss the solver", func() bool { return diaries["provider"].says("waiting for the chain or the solver") == 1 })
	solver()
	b.until("an offer at the new solver", offered)

	missed, found := map[string]int{}, map[string]int{}
	for name, d := range diaries {
		missed[name], found[name] = d.says("waiting for the chain"), d.says("is back")
	}
	endNode()
	for name, d := range diaries {
		b.until(name+" to miss the chain", func() bool { return d.says("waiting for the chain") > missed[name] })
	}
	relay(t, node, b.node)
	for name, d := range diaries {
		b.until(name+" to find the chain again", func() bool { return d.says("is back") > found[name] })
	}
	for name, d := range diaries {
		if n := d.says("waiting for"); n > 8 {
			t.Errorf("%s said %d times what it waits for", name, n)
		}
	}
}
