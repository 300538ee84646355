package heavy_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bacalhau-project/bacalhau/pkg/publicapi/apimodels"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// What no stranger may see of a job.
const (
	written = "the patient's readings are 120 over 80"
	said    = "reading the patient's file\n"
)

// get is what a stranger who reaches a port is given.
func get(t *testing.T, url string) []byte {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, response.Status, err)
	}
	return body
}

// stranger gives, for each execution of a job, where its result is served and what
// files are in it, and all that the orchestrator says of the job's end.
func stranger(t *testing.T, nodes *bacalhautest.Cluster, name string) (urls []string, served []map[string]string, told string) {
	t.Helper()
	got, err := nodes.API().Jobs().Get(t.Context(), &apimodels.GetJobRequest{JobIDOrName: name, Include: "executions"})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range got.Executions.Items {
		told += fmt.Sprintf("%+v %+v %+v", *e, e.RunOutput, e.ComputeState)
		url, _ := e.PublishedResult.Params["URL"].(string)
		if url == "" {
			t.Fatalf("execution %s was not published: %+v", e.ID, e.PublishedResult)
		}
		z, err := gzip.NewReader(bytes.NewReader(get(t, url)))
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for r := tar.NewReader(z); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if h.Typeflag == tar.TypeReg {
				files[strings.TrimPrefix(h.Name, "./")] = string(content)
			}
		}
		urls, served = append(urls, url), append(served, files)
	}
	return urls, served, told
}

// Whoever reaches the publisher's port, or the orchestrator's, reads neither what a
// job wrote nor what it printed, nor what it called its files.
func TestStrangersReadNothing(t *testing.T) {
	nodes := bacalhautest.Start(t, bacalhautest.Options{Compute: 3})
	c, who := open(t, nodes.URL()), identity(t)
	numbers := map[string]int{}
	for n := 1; n <= 3; n++ {
		numbers[nodes.ID(n)] = n
	}
	r := heavy.Runner{Cluster: c, Prepare: prepare, Identity: who}

	check := func(t *testing.T, name string, count int) (urls []string, served []map[string]string) {
		t.Helper()
		urls, served, told := stranger(t, nodes, name)
		if len(served) != count {
			t.Fatalf("%d results, want %d", len(served), count)
		}
		for i, files := range served {
			for file, content := range files {
				for _, secret := range []string{written, said, "outputs/out"} {
					if strings.Contains(content, secret) || strings.Contains(file, secret) || strings.Contains(told, strings.TrimSpace(secret)) {
						t.Errorf("%s of %s shows %q", file, urls[i], secret)
					}
				}
				if file != "meter/sealed" && file != "exitCode" && content != "" {
					t.Errorf("%s has a file %s with %q", urls[i], file, content)
				}
			}
			if files["meter/sealed"] == "" {
				t.Errorf("%s has no sealed file: %q", urls[i], files)
			}
			for j := range i {
				if served[j]["meter/sealed"] == files["meter/sealed"] {
					t.Error("two replicas sealed alike")
				}
			}
		}
		return urls, served
	}

	t.Run("replicas agree on what is inside", func(t *testing.T) {
		k := task(t, "private", "r", []byte(written))
		k.Replicas = 3
		want, err := sandbox(t, k)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Run(t.Context(), k)
		if err != nil || len(got.Verdict.Agree) != 3 {
			t.Fatalf("verdict %+v, %v", got.Verdict, err)
		}
		if out, _ := want.Output("out"); !bytes.Equal(got.Outputs["out"], out) || got.Fuel != want.Fuel {
			t.Errorf("outputs %q with fuel %d, in the sandbox %q with %d", got.Outputs, got.Fuel, out, want.Fuel)
		}
		_, served := check(t, k.Name, 3)
		for _, files := range served {
			if _, err := identity(t).Open([]byte(files["meter/sealed"]), 1<<20); err == nil {
				t.Error("another identity opens it")
			}
		}
		// Whoever has the identity goes on with the job after a restart.
		again, err := (heavy.Runner{Cluster: open(t, nodes.URL()), Prepare: prepare, Identity: who}).Run(t.Context(), k)
		if err != nil || !bytes.Equal(again.Outputs["out"], got.Outputs["out"]) {
			t.Errorf("again: %q, %v", again.Outputs, err)
		}
	})

	t.Run("what it prints comes back", func(t *testing.T) {
		for _, stderr := range []bool{false, true} {
			name := fmt.Sprint("speaks-", stderr)
			k := heavy.Task{Name: name, Module: bacalhautest.Speaker(said, false), Fuel: 1 << 20, Memory: 1 << 20, Output: 1 << 20}
			stream := heavy.StdoutFile
			if stderr { // to which the speaker speaks if its first constant is 2
				k.Module = bytes.Replace(k.Module, []byte{0x41, 1, 0x41, 0, 0x41, 1, 0x41, 8, 0x10, 0}, []byte{0x41, 2, 0x41, 0, 0x41, 1, 0x41, 8, 0x10, 0}, 1)
				stream = heavy.StderrFile
			}
			got, err := r.Run(t.Context(), k)
			if err != nil || string(got.Verdict.Result.Files[stream]) != said {
				t.Errorf("%s is %q, %v; want %q", stream, got.Verdict.Result.Files, err, said)
			}
			check(t, name, 1)
		}
	})

	t.Run("an exit code keeps its outputs to itself", func(t *testing.T) {
		k := task(t, "private-exit", "x", []byte(written))
		if _, err := r.Run(t.Context(), k); !errors.Is(err, heavy.ErrJob) || !strings.Contains(err.Error(), "exit code 42") {
			t.Errorf("%v, want exit code 42", err)
		}
		check(t, k.Name, 1)
	})

	t.Run("a changed file is none", func(t *testing.T) {
		k := task(t, "tampered", "r", []byte(written))
		k.Replicas = 3
		if _, err := r.Run(t.Context(), k); err != nil {
			t.Fatal(err)
		}
		o, err := c.Await(t.Context(), k.Name)
		if err != nil {
			t.Fatal(err)
		}
		_, served := check(t, k.Name, 3)
		file := []byte(served[0]["meter/sealed"])
		for _, at := range []int{0, 60, len(file) / 2, len(file) - 1} {
			changed := bytes.Clone(file)
			changed[at] ^= 1
			publish(t, nodes.Dir(numbers[o.Executions[0].Node]), o.Executions[0].ID, archive(t, map[string]string{"meter/sealed": string(changed), "outputs/out": written}))
			unseal := func(r heavy.Result) (heavy.Result, error) { return r.Unseal("meter/sealed", who, 1<<20) }
			v, err := c.Compare(t.Context(), o, unseal)
			if err != nil || len(v.Agree) != 2 || len(v.Missing) != 1 || v.Missing[0] != o.Executions[0].Node {
				t.Errorf("with byte %d changed: %+v, %v; want it missing", at, v, err)
			}
		}
		// In the clear it is nobody's result either.
		publish(t, nodes.Dir(numbers[o.Executions[0].Node]), o.Executions[0].ID, archive(t, map[string]string{"meter/fuel": "\x01\x00\x00\x00\x00\x00\x00\x00", "outputs/out": written}))
		got, err := r.Run(t.Context(), k)
		if err != nil || len(got.Verdict.Dissent) != 1 {
			t.Errorf("one in the clear: %+v, %v; want dissent", got.Verdict, err)
		}
	})

	t.Run("without a receiver nothing runs", func(t *testing.T) {
		if _, err := (heavy.Runner{Cluster: c, Prepare: prepare}).Run(t.Context(), task(t, "open", "r", nil)); !errors.Is(err, heavy.ErrRefused) {
			t.Errorf("%v, want it refused", err)
		}
	})
}

// What is in a sealed file is still a stranger's: the key to seal to is public.
func FuzzUnseal(f *testing.F) {
	who, err := sealed.Generate()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(archive(f, map[string]string{"outputs/out": written, "stderr": said}), false)
	f.Add([]byte("age-encryption.org/v1\n"), true)
	f.Fuzz(func(t *testing.T, content []byte, raw bool) {
		file, err := content, error(nil)
		if !raw {
			if file, err = sealed.Seal(bytes.NewReader(content), []string{who.Recipient()}); err != nil {
				t.Fatal(err)
			}
		}
		const most = 1 << 16
		r, err := heavy.Result{Files: map[string][]byte{"meter/sealed": file}}.Unseal("meter/sealed", who, most)
		if err != nil && !errors.Is(err, heavy.ErrResult) {
			t.Errorf("error %v is of no kind", err)
		}
		size := 0
		for name, content := range r.Files {
			if size += len(content); strings.HasPrefix(name, "/") || name == ".." || strings.HasPrefix(name, "../") {
				t.Errorf("file %q leads elsewhere", name)
			}
		}
		if size > most {
			t.Errorf("%d bytes, at most %d", size, most)
		}
	})
}
