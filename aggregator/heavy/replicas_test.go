package heavy_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// archive packs files as a node and a sealed job do.
func archive(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, content := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// falsify puts other outputs in the place of what a node has published, sealed to the
// receiver as a liar would: the key is in the job's spec.
func falsify(t *testing.T, dir, execution string, receiver sealed.Identity) {
	t.Helper()
	lie, err := sealed.Seal(bytes.NewReader(archive(t, map[string]string{"outputs/out": "what pays better", "meter/fuel": "\x01\x00\x00\x00\x00\x00\x00\x00"})), []string{receiver.Recipient()})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, dir, execution, archive(t, map[string]string{"meter/sealed": string(lie)}))
}

// publish puts an archive in the place of what a node has published.
func publish(t *testing.T, dir, execution string, content []byte) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(content)
	if err := errors.Join(err, z.Close(), os.WriteFile(published(t, dir, execution), b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// published is where a node has an execution's archive.
func published(t *testing.T, dir, execution string) string {
	t.Helper()
	archive := ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == execution+".tar.gz" {
			archive = path
		}
		return err
	})
	if err != nil || archive == "" {
		t.Fatalf("the node's result: %q, %v", archive, err)
	}
	return archive
}

func TestThreeNodes(t *testing.T) {
	nodes := bacalhautest.Start(t, bacalhautest.Options{Compute: 3})
	c, who := open(t, nodes.URL()), identity(t)
	numbers := map[string]int{}
	for n := 1; n <= 3; n++ {
		numbers[nodes.ID(n)] = n
	}

	t.Run("a node that lies is outvoted and named", func(t *testing.T) {
		k := task(t, "replicas", "r", []byte("data"))
		k.Replicas = 3
		if _, err := (heavy.Runner{Cluster: c, Prepare: prepare, Identity: who}).Run(t.Context(), k); err != nil {
			t.Fatal(err)
		}
		o, err := c.Await(t.Context(), k.Name)
		if err != nil || len(o.Executions) != 3 {
			t.Fatalf("outcome %+v, %v", o, err)
		}
		unseal := func(r heavy.Result) (heavy.Result, error) { return r.Unseal("meter/sealed", who, 1<<20) }
		liar := o.Executions[1]
		falsify(t, nodes.Dir(numbers[liar.Node]), liar.ID, who)
		v, err := c.Compare(t.Context(), o, unseal)
		if err != nil || len(v.Agree) != 2 || len(v.Dissent) != 1 || v.Dissent[0] != liar.Node {
			t.Errorf("verdict %+v, %v; want the dissent of %s", v, err, liar.Node)
		}
		if out := v.Result.Files["outputs/out"]; !bytes.HasPrefix(out, []byte("data")) {
			t.Errorf("the majority's result is %q", out)
		}
		// Two that lie alike win, three that differ are none: replicas alone go no further.
		falsify(t, nodes.Dir(numbers[o.Executions[0].Node]), o.Executions[0].ID, who)
		if v, err := c.Compare(t.Context(), o, unseal); err != nil || len(v.Dissent) != 1 {
			t.Errorf("two equal lies: %+v, %v", v, err)
		}
	})

	t.Run("a node that dies loses its job to another", func(t *testing.T) {
		k := task(t, "moves", "l", nil)
		k.Fuel, k.Timeout = 1<<50, 90*time.Second
		job := k
		seen := make(chan heavy.Progress, 64)
		ended := make(chan error, 1)
		r := heavy.Runner{Cluster: c, Prepare: prepare, Identity: who, Progress: func(p heavy.Progress) { seen <- p }}
		go func() { _, err := r.Run(t.Context(), job); ended <- err }()
		first := ""
		for deadline := time.After(time.Minute); first == ""; {
			select {
			case p := <-seen:
				if len(p.Nodes) > 0 {
					first = p.Nodes[0]
				}
			case <-deadline:
				t.Fatal("it does not run")
			}
		}
		nodes.Kill(numbers[first])
		for deadline := time.After(time.Minute); ; {
			select {
			case p := <-seen:
				if len(p.Nodes) > 0 && p.Nodes[len(p.Nodes)-1] != first {
					if err := c.Cancel(t.Context(), k.Name, "seen"); err != nil {
						t.Error(err)
					}
					if err := <-ended; !errors.Is(err, heavy.ErrStopped) {
						t.Errorf("it ended with %v", err)
					}
					nodes.Restart(numbers[first])
					return
				}
			case <-deadline:
				t.Fatal("it is not moved")
			}
		}
	})

	t.Run("an orchestrator that starts again goes on", func(t *testing.T) {
		k := task(t, "goes-on", "l", nil)
		k.Fuel, k.Timeout = 1<<50, 90*time.Second
		running := make(chan struct{}, 64)
		r := heavy.Runner{Cluster: c, Prepare: prepare, Identity: who, Progress: func(p heavy.Progress) {
			if len(p.Nodes) > 0 {
				running <- struct{}{}
			}
		}}
		ended := make(chan error, 1)
		go func() { _, err := r.Run(t.Context(), k); ended <- err }()
		<-running
		nodes.Kill(0)
		select {
		case err := <-ended:
			t.Fatalf("it was given up: %v", err)
		case <-time.After(2 * time.Second):
		}
		nodes.Restart(0)
		if err := c.Cancel(t.Context(), k.Name, "it is known"); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, heavy.ErrStopped) {
			t.Errorf("it ended with %v", err)
		}
		k = task(t, "afterwards", "r", []byte("data"))
		if got, err := r.Run(t.Context(), k); err != nil || !strings.HasPrefix(string(got.Outputs["out"]), "data") {
			t.Errorf("a job afterwards: %q, %v", got.Outputs, err)
		}
	})
}
