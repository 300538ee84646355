package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/twin"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// openTwin finds out what is to run, and sets the stage for it.
func (d *Daemon) openTwin() (err error) {
	d.twin, err = twin.New(twin.Config{Dir: d.config.Dir, Journal: d.store, Blobs: d.blobs, Logger: d.log,
		Read: func() (twin.Local, error) { return readSetup(d.config.Dir, d.config.Setup) },
		Fetch: func(ctx context.Context, wanted []blob.Manifest) {
			d.device.Fetch(ctx, wanted)
		},
		Module: func(j setup.Job) error {
			_, err := d.module(j)
			return err
		},
		Run:    d.play,
		Parts:  d.parts,
		Online: d.link.Online,
		Hello:  func(ctx context.Context) { d.device.Connected(ctx) },
		Report: func(ctx context.Context, r wire.Reported) { d.device.Report(ctx, r) }})
	if err == nil {
		d.stage.play(d.twin.First())
	}
	return err
}

// play runs a setup in place of the one that runs.
func (d *Daemon) play(s setup.Setup, set bool) {
	d.govern(s.Power)
	d.stage.play(s, set)
}

// parts tells how the parts of the pipeline are.
func (d *Daemon) parts() (reports []wire.PartReport) {
	running, _ := d.stage.current()
	if running == nil {
		return nil
	}
	for _, p := range running.Status().Parts {
		reports = append(reports, wire.PartReport{Kind: p.Kind, Name: p.Name, Count: p.Count, Skipped: p.Skipped,
			Fault: strings.ToValidUTF8(p.Fault[:min(len(p.Fault), 256)], ""), Paused: p.Paused})
	}
	return reports
}

// ReloadSocket answers each connection once edge.toml was read anew.
const ReloadSocket = "reload.sock"

// reloaded is the answer.
type reloaded struct {
	Fault string `json:"fault"` // why what was there before goes on; "" = it does not
}

func (d *Daemon) serveReload(ctx context.Context) error {
	return d.serve(ctx, ReloadSocket, func() any {
		if err := d.twin.Reload(ctx); err != nil {
			return reloaded{err.Error()}
		}
		return reloaded{}
	})
}

// Reload has the daemon that runs in a directory read its edge.toml anew. If that has
// mistakes, which are the error, the daemon goes on with what it had.
func Reload(ctx context.Context, dir string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, ReloadSocket))
	if err != nil {
		return fmt.Errorf("%w (%s): start it with tadpole-edge run: %w", ErrNotRunning, dir, err)
	}
	defer conn.Close()
	var answer reloaded
	if err := json.NewDecoder(conn).Decode(&answer); err != nil {
		return fmt.Errorf("reload: %w", err)
	}
	if answer.Fault != "" {
		return errors.New(answer.Fault)
	}
	return nil
}
