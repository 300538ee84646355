package heavy

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bacalhau-project/bacalhau/pkg/models"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Job is what a cluster is to run. Exactly one of WASM and Docker is set.
type Job struct {
	Name      string // unique in the cluster: the same name is the same job
	WASM      *WASM
	Docker    *Docker
	Inputs    []Input
	Outputs   []string // directories that come back, as "outputs": the job sees them in /
	Resources Resources
	Replicas  int               // executions, each on another node; 0 = 1
	Timeout   time.Duration     // of one execution; 0 = 10 min
	Queue     time.Duration     // that it may wait for a node; 0 = not at all
	Labels    map[string]string // that a node must have
}

// WASM is a WASI command. Modules are linked by the names of their files.
type WASM struct {
	Entry   string   // name of the input that is the command
	Imports []string // names of inputs that it imports, in the order of linking
	Args    []string
}

// Docker is a container. Its image must name what it is by its digest, or the job is
// not the same tomorrow. What it writes and prints comes back in the clear, by a
// publisher that asks nobody for a password: a container that is to keep it private
// encrypts it itself, as to an age recipient in its Environment.
type Docker struct {
	Image       string
	Entrypoint  []string
	Args        []string
	Environment map[string]string
}

// Input is a file that the job sees. Its content is given here, or fetched by the
// node from a URL whose last element is the file's name. From S3 it is a directory: the
// target, with the object in it under the last element of its key.
type Input struct {
	Target  string // path, as "/inputs/data.bin"
	Content []byte
	Source  *Source // of content that a Runner's Origin serves, or that is read if it is small
	URL     string
	S3      *S3
}

// Source is content that is read where it lies when a node fetches it.
type Source struct {
	Name    blob.Hash // stands for the content, of which it need not be the hash; nobody guesses it
	Content io.ReaderAt
	Size    int64
}

// size is how much content has to get to the node.
func (in Input) size() int64 {
	if in.Source != nil {
		return in.Source.Size
	}
	return int64(len(in.Content))
}

// S3 names an object, or by a key that ends with a slash all objects below it. Nodes need
// credentials of their own for it, in their environment.
type S3 struct {
	Endpoint, Region, Bucket, Key string
	SHA256                        string // of the object, base64, which must have been put with it; "" = not checked by the node
}

// Resources of a job or a node.
type Resources struct {
	CPU    float64 // cores; 0 = 0.5
	Memory uint64  // bytes; 0 = 512 MiB
	Disk   uint64  // bytes; 0 = the node's default
	GPU    uint64
}

// Fits tells whether a job that wants r can run where free is left.
func (r Resources) Fits(free Resources) bool {
	return r.CPU <= free.CPU && r.Memory <= free.Memory && r.Disk <= free.Disk && r.GPU <= free.GPU
}

// maxInline are the bytes of all inputs that travel within a submission: the API
// takes 10 MB, and base64 is four thirds.
const maxInline = 7_000_000

// Inline tells whether a job's contents fit into its submission.
func Inline(contents ...[]byte) bool {
	n := 0
	for _, c := range contents {
		n += len(c)
	}
	return n <= maxInline
}

// Defaults of a job.
const (
	defaultTimeout = 10 * time.Minute
	defaultMemory  = 512 << 20
	defaultCPU     = 0.5
)

// spec is the job as Bacalhau takes it.
func (j Job) spec() (*models.Job, error) {
	wrong := func(format string, args ...any) (*models.Job, error) {
		return nil, fmt.Errorf("job %q: %w: "+format, append([]any{j.Name, ErrRefused}, args...)...)
	}
	if j.Name == "" {
		return wrong("it has no name; give it the deal's or the task's id")
	}
	if j.Timeout == 0 {
		j.Timeout = defaultTimeout
	}
	task := &models.Task{Name: "main", Network: &models.NetworkConfig{Type: models.NetworkNone}, Publisher: models.NewSpecConfig(models.PublisherLocal),
		Timeouts: &models.TimeoutConfig{ExecutionTimeout: seconds(j.Timeout), QueueTimeout: seconds(j.Queue), TotalTimeout: seconds(j.Queue + 2*j.Timeout)}}
	cpu, memory := j.Resources.CPU, j.Resources.Memory
	if cpu == 0 {
		cpu = defaultCPU
	}
	if memory == 0 {
		memory = defaultMemory
	}
	task.ResourcesConfig = &models.ResourcesConfig{CPU: strconv.FormatFloat(cpu, 'f', -1, 64), Memory: byteSize(memory)}
	if j.Resources.Disk > 0 {
		task.ResourcesConfig.Disk = byteSize(j.Resources.Disk)
	}
	if j.Resources.GPU > 0 {
		task.ResourcesConfig.GPU = strconv.FormatUint(j.Resources.GPU, 10)
	}
	switch {
	case j.WASM != nil && j.Docker != nil:
		return wrong("it is both WASM and Docker")
	case j.WASM != nil:
		task.Engine = models.NewSpecConfig(models.EngineWasm).WithParam("EntryModule", j.WASM.Entry).WithParam("Entrypoint", "_start").
			WithParam("Parameters", j.WASM.Args).WithParam("ImportModules", j.WASM.Imports)
	case j.Docker != nil:
		var environment []string
		for _, name := range slices.Sorted(maps.Keys(j.Docker.Environment)) {
			environment = append(environment, name+"="+j.Docker.Environment[name])
		}
		task.Engine = models.NewSpecConfig(models.EngineDocker).WithParam("Image", j.Docker.Image).WithParam("Entrypoint", j.Docker.Entrypoint).
			WithParam("Parameters", j.Docker.Args).WithParam("EnvironmentVariables", environment)
	default:
		return wrong("it has neither a module nor an image")
	}
	inline := int64(0)
	for _, in := range j.Inputs {
		source, err := in.source()
		if err != nil {
			return wrong("input %s: %v", in.Target, err)
		}
		inline += in.size()
		target := in.Target
		if in.URL != "" {
			target = path.Dir(target) // the node appends the URL's last element
		}
		if in.S3 != nil && slices.ContainsFunc(j.Inputs, func(other Input) bool { return strings.HasPrefix(other.Target, in.Target+"/") }) {
			return wrong("what comes from S3 is a directory, %s, into which a node puts no other input", in.Target)
		}
		task.InputSources = append(task.InputSources, &models.InputSource{Source: source, Target: target})
	}
	if inline > maxInline {
		return wrong("its inputs are %d bytes, of which a submission carries %d: give the large ones by URL", inline, maxInline)
	}
	for _, name := range j.Outputs {
		task.ResultPaths = append(task.ResultPaths, &models.ResultPath{Name: name, Path: "/" + name})
	}
	job := &models.Job{Name: j.Name, Type: models.JobTypeBatch, Count: max(1, j.Replicas), Tasks: []*models.Task{task}}
	for _, key := range slices.Sorted(maps.Keys(j.Labels)) {
		job.Constraints = append(job.Constraints, &models.LabelSelectorRequirement{Key: key, Operator: "in", Values: []string{j.Labels[key]}})
	}
	return job, nil
}

func (in Input) source() (*models.SpecConfig, error) {
	switch {
	case in.S3 != nil:
		return models.NewSpecConfig(models.StorageSourceS3).WithParam("Bucket", in.S3.Bucket).WithParam("Key", in.S3.Key).WithParam("Region", in.S3.Region).
			WithParam("Endpoint", in.S3.Endpoint).WithParam("ChecksumSHA256", in.S3.SHA256), nil
	case in.Source != nil:
		return nil, fmt.Errorf("its %d bytes are to be read where they lie: give the Runner an Origin that serves them", in.Source.Size)
	case in.URL != "":
		if path.Base(in.URL) != path.Base(in.Target) {
			return nil, fmt.Errorf("the URL %s ends with another name than the file's: a node calls the file by it", in.URL)
		}
		return models.NewSpecConfig(models.StorageSourceURL).WithParam("URL", in.URL), nil
	}
	return models.NewSpecConfig(models.StorageSourceInline).WithParam("URL", "data:application/octet-stream;base64,"+base64.StdEncoding.EncodeToString(in.Content)), nil
}

// seconds rounds up: a limit of less than a second would be none.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }

func byteSize(n uint64) string { return strconv.FormatUint(n, 10) + "B" }
