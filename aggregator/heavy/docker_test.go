package heavy_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacalhau-project/bacalhau/pkg/config/types"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
)

// gpuJob is a training container's, as it would be submitted.
func gpuJob(name string) heavy.Job {
	return heavy.Job{Name: name, Resources: heavy.Resources{CPU: 0.5, Memory: 1 << 30, GPU: 1}, Timeout: time.Minute, Outputs: []string{"outputs"},
		Docker: &heavy.Docker{Image: "registry.example/tadpole/train-gpu@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			Entrypoint: []string{"python3", "/train.py"}, Environment: map[string]string{"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}},
		Inputs: []heavy.Input{{Target: "/inputs/plan.bin", Content: []byte("plan")}, {Target: "/inputs/model.safetensors", Content: []byte("model")}}}
}

// withDocker lets nodes use a container engine, if they find one.
func withDocker(_ int, c *types.Bacalhau) { c.Engines.Disabled = nil }

// A real node takes the specification, looks for nodes, and finds that the one with
// the (stand-in's) GPU has no container engine: a real one is nowhere on this
// machine.
func TestDockerWithoutAnEngine(t *testing.T) {
	nodes := bacalhautest.Start(t, bacalhautest.Options{GPUStandIns: 1, Alter: withDocker, Environment: []string{"DOCKER_HOST=tcp://127.0.0.1:1"}})
	c := open(t, nodes.URL())
	if err := c.Submit(t.Context(), gpuJob("no-engine")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Await(t.Context(), "no-engine"); !errors.Is(err, heavy.ErrNoNode) || !strings.Contains(err.Error(), "does not support docker, only wasm") {
		t.Errorf("%v, want that no node has docker", err)
	}
}

// engine is a STAND-IN for a container engine: it says that it is there and has
// every image, and writes down the container that it is asked for, which it cannot
// start. So a real node does all that it does before the container runs.
type engine struct {
	mu      sync.Mutex // guards the rest
	created []container
}

// container is what a test looks at of Docker's request to create one.
type container struct {
	Image      string
	Env        []string
	Entrypoint []string
	HostConfig struct {
		NetworkMode    string
		Memory         int64
		DeviceRequests []struct {
			DeviceIDs    []string
			Capabilities [][]string
		}
		Mounts []struct{ Target string }
	}
}

const refusal = "a stand-in starts no container"

func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := regexp.MustCompile(`^/v[0-9.]+`).ReplaceAllString(r.URL.Path, "")
	w.Header().Set("Api-Version", "1.47")
	w.Header().Set("Ostype", "linux")
	w.Header().Set("Content-Type", "application/json")
	answer := func(status int, body any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	switch {
	case path == "/_ping":
		_, _ = io.WriteString(w, "OK")
	case path == "/info", path == "/version":
		answer(200, map[string]any{"ID": "stand-in", "OSType": "linux", "Os": "linux", "Architecture": "x86_64", "Arch": "amd64", "ApiVersion": "1.47",
			"Components": []map[string]any{{"Name": "Engine", "Details": map[string]string{"Os": "linux", "Arch": "amd64"}}}})
	case strings.HasPrefix(path, "/images/") && strings.HasSuffix(path, "/json"):
		name := strings.TrimSuffix(strings.TrimPrefix(path, "/images/"), "/json")
		answer(200, map[string]any{"Id": "sha256:0", "Os": "linux", "Architecture": "amd64", "RepoDigests": []string{name}, "Config": map[string]any{}})
	case path == "/containers/create":
		var c container
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			answer(400, map[string]string{"message": err.Error()})
			return
		}
		e.mu.Lock()
		e.created = append(e.created, c)
		e.mu.Unlock()
		answer(500, map[string]string{"message": refusal})
	case path == "/containers/json":
		answer(200, []any{})
	default:
		answer(404, map[string]string{"message": "no such thing: " + path})
	}
}

// A real node takes the job, and asks its container engine for the container that
// the specification means: with the GPU, without network.
func TestDockerWithAStandInOfAnEngine(t *testing.T) {
	e := &engine{}
	front := httptest.NewServer(e)
	defer front.Close()
	nodes := bacalhautest.Start(t, bacalhautest.Options{GPUStandIns: 1, Alter: withDocker, Environment: []string{"DOCKER_HOST=tcp://" + front.Listener.Addr().String()}})
	c := open(t, nodes.URL())
	list, err := c.Nodes(t.Context())
	if err != nil || len(list) != 1 || !slices.Contains(list[0].Engines, "docker") {
		t.Fatalf("nodes %+v, %v", list, err)
	}
	if err := c.Submit(t.Context(), gpuJob("engine")); err != nil {
		t.Fatal(err)
	}
	_, err = c.Await(t.Context(), "engine")
	if !errors.Is(err, heavy.ErrNode) || !strings.Contains(err.Error(), refusal) {
		t.Errorf("%v, want that the node's engine failed", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.created) == 0 {
		t.Fatal("no container was asked for")
	}
	want := gpuJob("engine")
	got := e.created[0]
	t.Logf("%+v", got)
	if got.Image != want.Docker.Image || !slices.Equal(got.Entrypoint, want.Docker.Entrypoint) || !slices.Contains(got.Env, "CUBLAS_WORKSPACE_CONFIG=:4096:8") ||
		got.HostConfig.NetworkMode != "none" || got.HostConfig.Memory != 1<<30 {
		t.Errorf("container %+v", got)
	}
	if len(got.HostConfig.DeviceRequests) != 1 || !slices.Equal(got.HostConfig.DeviceRequests[0].DeviceIDs, []string{"0"}) {
		t.Errorf("its devices are %+v, want the first GPU", got.HostConfig.DeviceRequests)
	}
	var targets []string
	for _, m := range got.HostConfig.Mounts {
		targets = append(targets, m.Target)
	}
	for _, target := range []string{"/inputs/plan.bin", "/inputs/model.safetensors", "/outputs"} {
		if !slices.Contains(targets, target) {
			t.Errorf("%s is not among the mounts %v", target, targets)
		}
	}
}
