//go:build unix

package bacalhautest_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bacalhau-project/bacalhau/pkg/models"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/apimodels"

	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// job runs a module, without network, on so many nodes.
func job(name string, module []byte, count int) *models.Job {
	return &models.Job{Name: name, Type: models.JobTypeBatch, Count: count, Tasks: []*models.Task{{
		Name:   "main",
		Engine: &models.SpecConfig{Type: models.EngineWasm, Params: map[string]any{"EntryModule": "/m.wasm", "Entrypoint": "_start"}},
		InputSources: []*models.InputSource{{Target: "/m.wasm", Source: &models.SpecConfig{Type: models.StorageSourceInline,
			Params: map[string]any{"URL": "data:application/wasm;base64," + base64.StdEncoding.EncodeToString(module)}}}},
		Publisher:       &models.SpecConfig{Type: models.PublisherLocal},
		Network:         &models.NetworkConfig{Type: models.NetworkNone},
		ResourcesConfig: &models.ResourcesConfig{CPU: "100m", Memory: "64Mb"},
		Timeouts:        &models.TimeoutConfig{ExecutionTimeout: 120, TotalTimeout: 180},
	}}}
}

func submit(t *testing.T, c *bacalhautest.Cluster, j *models.Job) string {
	t.Helper()
	r, err := c.API().Jobs().Put(t.Context(), &apimodels.PutJobRequest{Job: j})
	if err != nil {
		t.Fatal(err)
	}
	return r.JobID
}

// becomes waits until the job is in a state, and gives its executions.
func becomes(t *testing.T, c *bacalhautest.Cluster, id string, want models.JobStateType) []*models.Execution {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		r, err := c.API().Jobs().Get(t.Context(), &apimodels.GetJobRequest{JobIDOrName: id, Include: "executions"})
		if err != nil {
			t.Fatal(err)
		}
		if r.Job.State.StateType == want {
			return r.Executions.Items
		}
		if r.Job.IsTerminal() || time.Now().After(deadline) {
			t.Fatalf("job %s is %s, want %s: %s", id, r.Job.State.StateType, want, r.Job.State.Message)
		}
	}
}

// fetch gives the files of each published result, by execution.
func fetch(t *testing.T, c *bacalhautest.Cluster, id string) (results []map[string]string) {
	t.Helper()
	r, err := c.API().Jobs().Results(t.Context(), &apimodels.ListJobResultsRequest{JobID: id})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range r.Items {
		results = append(results, unpack(t, fmt.Sprint(item.Params["URL"])))
	}
	return results
}

func unpack(t *testing.T, url string) map[string]string {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, response.Status)
	}
	z, err := gzip.NewReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for archive := tar.NewReader(z); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(content)
	}
}

// stdout finds the file among a result's.
func stdout(files map[string]string) string {
	for name, content := range files {
		if name == "stdout" || strings.HasSuffix(name, "/stdout") {
			return content
		}
	}
	return ""
}

func TestOneNodeRunsAJob(t *testing.T) {
	begin := time.Now()
	c := bacalhautest.Start(t, bacalhautest.Options{GPUStandIns: 2})
	t.Logf("started in %s", time.Since(begin))
	begin = time.Now()
	id := submit(t, c, job("hello", bacalhautest.Speaker("hello\n", false), 1))
	executions := becomes(t, c, id, models.JobStateTypeCompleted)
	t.Logf("completed in %s", time.Since(begin))
	results := fetch(t, c, id)
	if len(results) != 1 || stdout(results[0]) != "hello\n" {
		t.Errorf("results %q", results)
	}
	if len(executions) != 1 || executions[0].NodeID != c.ID(0) {
		t.Errorf("executions %+v, want one on %s", executions, c.ID(0))
	}
	list, err := c.API().Nodes().List(t.Context(), &apimodels.ListNodesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if got := list.Nodes[0].Info.ComputeNodeInfo.MaxCapacity.GPU; got != 2 {
		t.Errorf("%d GPUs, want the stand-in's 2", got)
	}
	t.Run("cancel", func(t *testing.T) {
		id := submit(t, c, job("endless", bacalhautest.Speaker("on and on\n", true), 1))
		becomes(t, c, id, models.JobStateTypeRunning)
		occupied(t, c, true)
		begin := time.Now()
		if _, err := c.API().Jobs().Stop(t.Context(), &apimodels.StopJobRequest{JobID: id, Reason: "test"}); err != nil {
			t.Fatal(err)
		}
		for _, e := range becomes(t, c, id, models.JobStateTypeStopped) {
			t.Logf("execution is %s, wanted %s", e.ComputeState.StateType, e.DesiredState.StateType)
		}
		// Cancelled means that the machine gets back what the loop held.
		occupied(t, c, false)
		t.Logf("the node says that it is free %s after the call", time.Since(begin))
	})
}

// occupied waits until the only node says that part of it is taken, or none; it
// tells with its heartbeat, once a second. Its count of executions is always 0
// (v1.9.3).
func occupied(t *testing.T, c *bacalhautest.Cluster, want bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		list, err := c.API().Nodes().List(t.Context(), &apimodels.ListNodesRequest{})
		if err != nil {
			t.Fatal(err)
		}
		info := list.Nodes[0].Info.ComputeNodeInfo
		if info.AvailableCapacity.CPU < info.MaxCapacity.CPU == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the node has %+v of %+v", info.AvailableCapacity, info.MaxCapacity)
		}
	}
}

func TestThreeNodesRunAReplicaEach(t *testing.T) {
	c := bacalhautest.Start(t, bacalhautest.Options{Compute: 3})
	id := submit(t, c, job("replicas", bacalhautest.Speaker("the same\n", false), 3))
	on := map[string]bool{}
	for _, e := range becomes(t, c, id, models.JobStateTypeCompleted) {
		on[e.NodeID] = true
	}
	for node := 1; node <= 3; node++ {
		if !on[c.ID(node)] {
			t.Errorf("executions on %v: none on node %d, %s", on, node, c.ID(node))
		}
	}
	results := fetch(t, c, id)
	if len(results) != 3 {
		t.Errorf("%d results", len(results))
	}
	for _, r := range results {
		if stdout(r) != "the same\n" {
			t.Errorf("result %q", r)
		}
	}

	t.Run("a node dies", func(t *testing.T) {
		id := submit(t, c, job("moved", bacalhautest.Speaker("still here\n", true), 1))
		first := becomes(t, c, id, models.JobStateTypeRunning)
		victim := 0
		for node := 1; node <= 3; node++ {
			if first[0].NodeID == c.ID(node) {
				victim = node
			}
		}
		begin := time.Now()
		c.Kill(victim)
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
			moved := false
			for _, e := range becomes(t, c, id, models.JobStateTypeRunning) {
				// One that runs stays in state BidAccepted, "aka running" (v1.9.3).
				moved = moved || e.NodeID != first[0].NodeID && e.ComputeState.StateType == models.ExecutionStateBidAccepted
			}
			if moved {
				t.Logf("moved %s after the kill", time.Since(begin))
				break
			}
			if time.Now().After(deadline) {
				for _, e := range becomes(t, c, id, models.JobStateTypeRunning) {
					t.Logf("execution on %s is %s, wanted %s: %s", e.NodeID, e.ComputeState.StateType, e.DesiredState.StateType, e.ComputeState.Message)
				}
				t.Fatal("the job does not move to another node")
			}
		}
		was := c.ID(victim)
		c.Restart(victim)
		if c.ID(victim) != was {
			t.Errorf("node %d is now %s, was %s", victim, c.ID(victim), was)
		}
	})
	t.Run("the orchestrator starts again", func(t *testing.T) {
		c.Kill(0)
		c.Restart(0)
		id := submit(t, c, job("after", bacalhautest.Speaker("after\n", false), 1))
		becomes(t, c, id, models.JobStateTypeCompleted)
		// What was known before is known.
		if _, err := c.API().Jobs().Get(t.Context(), &apimodels.GetJobRequest{JobIDOrName: "replicas"}); err != nil {
			t.Error(err)
		}
	})
}
