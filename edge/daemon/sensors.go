package daemon

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/twin"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/signature"
)

// systemSetup is where an operator's file lies if it is not in the device's directory.
const systemSetup = "/etc/tadpole/" + setup.File

// LoadSetup reads the operator's edge.toml: the one at path, or else the one in the
// device's directory, or else the system's. Found is false if there is none.
func LoadSetup(dir, path string) (s setup.Setup, found bool, err error) {
	local, err := readSetup(dir, path)
	if err != nil || !local.Found {
		return s, false, err
	}
	s, err = setup.Parse(local.Path, local.Text)
	return s, true, err
}

// readSetup reads the file that LoadSetup parses.
func readSetup(dir, path string) (twin.Local, error) {
	named := path != ""
	if !named {
		path = filepath.Join(dir, setup.File)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		text, err = os.ReadFile(systemSetup)
		if err == nil {
			path = systemSetup
		}
	}
	if errors.Is(err, fs.ErrNotExist) && !named {
		return twin.Local{Path: path}, nil
	}
	if err != nil {
		return twin.Local{}, fmt.Errorf("read setup: %w", err)
	}
	return twin.Local{Path: path, Text: text, Found: true}, nil
}

// prepare makes the pipeline of a setup.
func (d *Daemon) prepare(s setup.Setup) *pipeline.Pipeline {
	return pipeline.New(pipeline.Config{Setup: s, Dir: d.config.Dir, Paused: d.paused, Runner: d.pool, Streamer: streamer{d.pool}, Module: d.module,
		Recorded: func(p dataset.Prepared) { d.recorded(d.rules, p) }, Attest: d.attest, Logger: d.log})
}

// streamer is the pool as the pipeline wants it.
type streamer struct{ *job.Pool }

func (s streamer) Stream(ctx context.Context, r job.Request) (pipeline.Stream, error) {
	return s.Pool.Stream(ctx, r)
}

// module finds the module of a job that the owner's policy lets run here. It gives the
// content that was looked at, not its path: the file may be changed at any time.
func (d *Daemon) module(j setup.Job) (pipeline.Module, error) {
	if j.Builtin != "" {
		content, found := d.config.Builtins[j.Builtin]
		if !found {
			return pipeline.Module{}, fmt.Errorf("there is no built-in module %q: there are %q", j.Builtin, slices.Sorted(maps.Keys(d.config.Builtins)))
		}
		return pipeline.Module{Hash: blob.Sum(content), Content: content}, nil
	}
	path := j.Module
	if path == "" {
		if !d.blobs.Has(j.Hash) {
			return pipeline.Module{}, fmt.Errorf("module %s is not on this device", j.Hash.Short())
		}
		path = d.blobs.Path(j.Hash)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return pipeline.Module{}, fmt.Errorf("read module: %w", err)
	}
	hash := blob.Sum(content)
	if !j.Hash.IsZero() && hash != j.Hash {
		return pipeline.Module{}, fmt.Errorf("module %s was changed on this device's disk: deploy it again", j.Hash.Short())
	}
	signed, err := signature.File(path)
	if err := d.rules.Modules.AllowModule(path, hash, signed, err); err != nil {
		return pipeline.Module{}, err
	}
	return pipeline.Module{Hash: hash, Content: content}, nil
}

// recorded offers a new copy of a dataset to federations, where the owner's policy names
// it, and deletes copies that nobody needs any more.
func (d *Daemon) recorded(rules policy.Policy, p dataset.Prepared) {
	if named, found := rules.Dataset(p.Name); !found || !named.Recorded {
		d.log.Info("dataset recorded, but policy.toml does not name it", "name", p.Name, "records", p.Records)
		return
	}
	d.log.Info("dataset recorded", "name", p.Name, "records", p.Records, "commitment", p.Commitment.Short())
	ctx := context.Background() // Run's end is seen by the device itself
	d.device.SetDataset(ctx, offered(p))
	copies, _ := dataset.Snapshots(filepath.Dir(p.Path), p.Name)
	for i, c := range copies { // the newest first
		if i < keepCopies || d.device.InUse(ctx, c.Name, c.Commitment) {
			continue
		}
		if err := os.Remove(c.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.log.Warn("old copy of a dataset not deleted", "path", c.Path, "error", err)
		}
	}
}

// keepCopies is how many copies of a dataset are kept whatever is known to need them: the
// answer to a task that was done over the last but one may be on its way.
const keepCopies = 2

// TailSocket answers a line with a stream's name with the stream's readings as they come,
// a line of JSON each.
const TailSocket = "tail.sock"

func (d *Daemon) serveTail(ctx context.Context) error {
	listener, err := d.listen(TailSocket)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	var watchers sync.WaitGroup
	defer watchers.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		watchers.Go(func() {
			defer conn.Close()
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			from := bufio.NewReaderSize(conn, 256)
			name, err := from.ReadString('\n')
			if err != nil {
				return
			}
			conn.SetReadDeadline(time.Time{})
			watchers.Go(func() { // until the other side hangs up
				io.Copy(io.Discard, from)
				cancel()
			})
			d.tail(ctx, strings.TrimSpace(name), conn)
		})
	}
}

// tail writes a stream's readings until ctx ends or nobody reads them any more. It goes on
// with the pipeline that follows where one is exchanged.
func (d *Daemon) tail(ctx context.Context, name string, to net.Conn) {
	for ctx.Err() == nil {
		p, exchanged := d.stage.current()
		var names []string
		if p != nil {
			names = p.Streams()
		}
		if !slices.Contains(names, name) {
			fmt.Fprintf(to, "{\"error\": %q}\n", fmt.Sprintf("there is no source and no job %q: there are %s", name, strings.Join(names, ", ")))
			return
		}
		if err := tailOne(ctx, p, exchanged, name, to); err != nil {
			return
		}
	}
}

// tailOne writes the readings of one pipeline, until it is exchanged.
func tailOne(ctx context.Context, p *pipeline.Pipeline, exchanged <-chan struct{}, name string, to net.Conn) error {
	var watch sync.WaitGroup
	defer watch.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watch.Go(func() {
		select {
		case <-exchanged:
			cancel()
		case <-ctx.Done():
		}
	})
	channels, err := p.Channels(ctx, name)
	if err != nil {
		return nil // ctx has ended
	}
	return p.Tail(ctx, name, func(r reading.Reading) error {
		to.SetWriteDeadline(time.Now().Add(10 * time.Second))
		_, err := to.Write(pipeline.JSON(nil, r, channels, "", 0))
		return err
	})
}

// Tail prints a stream's readings as they come to the daemon that runs in a directory,
// until ctx ends.
func Tail(ctx context.Context, dir, stream string, out io.Writer) error {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, TailSocket))
	if err != nil {
		return fmt.Errorf("%w with an edge.toml (%s): start it with tadpole-edge run: %w", ErrNotRunning, dir, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if _, err := fmt.Fprintln(conn, stream); err != nil {
		return fmt.Errorf("tail %s: %w", stream, err)
	}
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadString('\n')
		if message, failed := strings.CutPrefix(line, `{"error": `); failed {
			return fmt.Errorf("tail %s: %s", stream, strings.TrimSuffix(message, "}\n"))
		}
		io.WriteString(out, line)
		if ctx.Err() != nil || errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("tail %s: %w", stream, err)
		}
	}
}
