package setup

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// Job is one [[job]] table: a module that runs over what sources, or other jobs, read.
// Its own readings carry its name.
type Job struct {
	Name     string
	Module   string    // path of the module; "" = Builtin or Hash
	Builtin  string    // name of a module that comes with the binary; "" = none
	Hash     blob.Hash // of a module that was deployed; zero = none
	Inputs   []string
	Channels []string  // of its readings
	Config   string    // what the module is told, in its own words
	Files    []JobFile // that the module sees beside its readings, by name
	Outputs  int64     // quota, in bytes, of the files that it leaves beside its readings
	Stream   bool      // fed readings as there are any; otherwise run once a window, or by the clock
	Live     bool      // fed them before they are on disk: sooner, but those that it misses while it is down are not made up
	Window   *window.Config
	Schedule *Schedule     // of Window and Schedule a job that is no stream has one
	Memory   uint64        // bytes
	Deadline time.Duration // of a run; of a stream's answer to what it is given
	Fuel     uint64        // the same; 0 = what the deadline leaves time for
	Priority buffer.Priority
}

// JobFile is a file that a job sees as /inputs/<Name>.
type JobFile struct {
	Name string
	Path string
}

type jobTable struct {
	Name       string            `toml:"name"`
	Module     string            `toml:"module"`
	Input      []string          `toml:"input"`
	Channels   []string          `toml:"channels"`
	Config     string            `toml:"config"`
	Files      map[string]string `toml:"files"`
	OutputsMiB int64             `toml:"outputs_mib"`
	Window     windowTable       `toml:"window"`
	Every      config.Duration   `toml:"every"`
	At         string            `toml:"at"`
	Live       bool              `toml:"live"`
	MemoryMiB  int64             `toml:"memory_mib"`
	Deadline   config.Duration   `toml:"deadline"`
	Fuel       int64             `toml:"fuel"`
	Priority   string            `toml:"priority"`
}

// Defaults of a job.
const (
	defaultMemory   = 16 << 20
	defaultDeadline = 10 * time.Second
	defaultOutputs  = 64 << 20
)

func (j jobTable) parse(t place) Job {
	parsed := Job{Name: j.Name, Inputs: j.Input, Channels: j.Channels, Config: j.Config, Live: j.Live, Memory: uint64(j.MemoryMiB) << 20,
		Deadline: time.Duration(j.Deadline), Fuel: uint64(max(0, j.Fuel)), Priority: t.priority(j.Priority), Window: j.Window.parse(t, "window"), Schedule: j.schedule(t)}
	if name, builtin := strings.CutPrefix(j.Module, "builtin:"); builtin {
		parsed.Builtin = name
	} else if hash, err := blob.ParseHash(j.Module); err == nil {
		parsed.Hash = hash
	} else {
		parsed.Module = t.beside(j.Module)
	}
	t.check(j.Module != "", "module", "is missing", `write the path of a .wasm file, "builtin:NAME", or the SHA-256 of a module that was deployed`)
	t.check(len(j.Channels) > 0, "channels", "is missing", "name the values that the job makes")
	parsed.Stream = parsed.Window == nil && parsed.Schedule == nil
	t.check(parsed.Window == nil || parsed.Schedule == nil, "window", "a job with every or at runs by the clock", "leave one of them out")
	t.check(!j.Live || parsed.Stream, "live", "a job with a window, every or at gets what is on disk", "leave one of them out")
	t.check(j.MemoryMiB >= 0 && j.MemoryMiB <= 4096, "memory_mib", fmt.Sprintf("is %d", j.MemoryMiB), fmt.Sprintf("choose 1 to 4096, or leave it out for %d", defaultMemory>>20))
	t.check(j.Deadline >= 0, "deadline", fmt.Sprintf("is %v", parsed.Deadline), fmt.Sprintf("choose a positive time, or leave it out for %v", defaultDeadline))
	t.check(j.Fuel >= 0, "fuel", fmt.Sprintf("is %d", j.Fuel), "choose 1 or more, or leave it out to let the deadline alone decide")
	t.check(j.OutputsMiB >= 0 && j.OutputsMiB <= 1<<20, "outputs_mib", fmt.Sprintf("is %d", j.OutputsMiB), fmt.Sprintf("choose 1 to 1048576, or leave it out for %d", defaultOutputs>>20))
	t.check(j.OutputsMiB == 0 || !parsed.Stream, "outputs_mib", "a job that is fed as readings come leaves no files", "leave it out, or give the job a window, every or at")
	for _, name := range slices.Sorted(maps.Keys(j.Files)) {
		t.check(fileName(name), "files", fmt.Sprintf("%.80q is no name for a file of a job", name), "choose a plain name other than readings, channels and config, as model")
		t.check(j.Files[name] != "", "files", fmt.Sprintf("%.80q has no path", name), "write the path of a file")
		parsed.Files = append(parsed.Files, JobFile{Name: name, Path: t.beside(j.Files[name])})
	}
	if parsed.Outputs = j.OutputsMiB << 20; parsed.Outputs == 0 {
		parsed.Outputs = defaultOutputs
	}
	if parsed.Memory == 0 {
		parsed.Memory = defaultMemory
	}
	if parsed.Deadline == 0 {
		parsed.Deadline = defaultDeadline
	}
	return parsed
}

// fileName tells whether a job may see a file under this name: those of its readings are
// taken.
func fileName(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.ContainsAny(name, "/\x00") && len(name) <= 64 && !slices.Contains([]string{"readings", "channels", "config"}, name)
}
