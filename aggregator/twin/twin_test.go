package twin_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/aggregator/twin"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// fleet is some devices, and a database that outlives the keeper.
type fleet struct {
	t       *testing.T
	path    string
	store   *store.Store
	blobs   blob.Memory
	devices []twin.Device
	keeper  *twin.Keeper
	now     time.Time
}

func newFleet(t *testing.T, devices ...twin.Device) *fleet {
	f := &fleet{t: t, path: filepath.Join(t.TempDir(), "tadpole.db"), devices: devices, now: time.UnixMilli(1_800_000_000_000)}
	f.restart()
	t.Cleanup(func() {
		if err := errors.Join(f.store.Check(), f.store.Close()); err != nil {
			t.Error(err)
		}
	})
	return f
}

func device(n byte, name string, labels map[string]string) twin.Device {
	return twin.Device{Address: key.Address{19: n}, Name: name, Labels: labels}
}

// restart begins anew from what is on disk.
func (f *fleet) restart() {
	f.t.Helper()
	if f.store != nil {
		if err := f.store.Close(); err != nil {
			f.t.Fatal(err)
		}
	}
	var err error
	if f.store, err = store.Open(f.path, store.Options{NoSync: true}); err != nil {
		f.t.Fatal(err)
	}
	f.keeper, err = twin.New(twin.Config{Store: f.store, Blobs: &f.blobs, Now: func() time.Time { f.now = f.now.Add(time.Second); return f.now },
		Devices: func(context.Context) ([]twin.Device, error) { return append([]twin.Device(nil), f.devices...), nil },
		Device: func(a key.Address) (twin.Device, error) {
			for _, d := range f.devices {
				if d.Address == a {
					return d, nil
				}
			}
			return twin.Device{}, twin.ErrNoDevice
		}})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fleet) deploy(name, on, module string) twin.Revision {
	f.t.Helper()
	r, err := f.keeper.Deploy(f.t.Context(), name, twin.Revision{Selector: on, Text: "[[job]]\n"}, []byte(module))
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// desired tells what a device is to be, as "version: name/version ...".
func (f *fleet) desired(i int) string {
	f.t.Helper()
	d, _ := f.keeper.Desired(f.devices[i].Address)
	text := fmt.Sprintf("%d:", d.Version)
	if d.Config != "" {
		text += " " + strings.TrimSpace(d.Config)
	}
	for _, one := range d.Deployments {
		text += fmt.Sprintf(" %s/%d", one.Name, one.Version)
	}
	return text
}

func (f *fleet) want(i int, want string) {
	f.t.Helper()
	if got := f.desired(i); got != want {
		f.t.Errorf("device %d is to be %q, want %q", i, got, want)
	}
}

func TestSelectors(t *testing.T) {
	d := device(7, "shed", map[string]string{"drone": "", "site": "north"})
	for selector, want := range map[string]bool{
		"all": true, "shed": true, "barn": false, "label=drone": true, "label=site": true, "label=boat": false, "site=north": true, "site=south": false, "site=": false,
		"drone=": true, d.Address.String(): true, "label=drone,site=north": true, "label=drone,site=south": false, "all,barn": false,
	} {
		if err := twin.CheckSelector(selector); err != nil || twin.Matches(selector, d) != want {
			t.Errorf("%q matches: %v, %v; want %v", selector, !want, err, want)
		}
	}
	for _, selector := range []string{"", ",", "=x", "all,"} {
		if twin.CheckSelector(selector) == nil || twin.Matches(selector, device(1, "", nil)) {
			t.Errorf("%q is taken", selector)
		}
	}
}

func TestDeploymentsFollowLabels(t *testing.T) {
	f := newFleet(t, device(1, "a", map[string]string{"drone": ""}), device(2, "b", nil))
	f.want(0, "0:")
	f.deploy("filter", "label=drone", "one")
	f.want(0, "1: filter/1")
	f.want(1, "0:")
	f.deploy("filter", "label=drone", "two")
	f.deploy("other", "all", "one")
	f.want(0, "3: filter/2 other/1")
	f.want(1, "1: other/1")

	// A label that is given, a device that joins, and a label that is taken away.
	f.devices[1].Labels = map[string]string{"drone": ""}
	if err := f.keeper.Relabelled(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.want(1, "2: filter/2 other/1")
	f.devices = append(f.devices, device(3, "c", map[string]string{"drone": ""}))
	f.want(2, "1: filter/2 other/1")
	f.devices[0].Labels = nil
	f.restart()
	f.want(0, "4: other/1")
	f.want(0, "4: other/1")
	if _, found := f.keeper.Module(f.devices[0].Address, blob.Sum([]byte("two"))); found {
		t.Error("a device may fetch a module that it is not to have")
	}
	if _, found := f.keeper.Module(f.devices[1].Address, blob.Sum([]byte("two"))); !found {
		t.Error("a device may not fetch its module")
	}
}

func TestRollBack(t *testing.T) {
	f := newFleet(t, device(1, "a", nil))
	for i := range 3 {
		f.deploy("filter", "all", fmt.Sprint(i))
	}
	for step, want := range []struct {
		of      uint64
		removed bool
		desired string
	}{{2, false, "4: filter/4"}, {1, false, "5: filter/5"}, {0, true, "6:"}} {
		f.restart()
		r, err := f.keeper.RollBack(t.Context(), "filter")
		if err != nil || r.Removed != want.removed || !r.Removed && r.Of != want.of {
			t.Errorf("step %d: went back to %d, removed: %v, %v", step, r.Of, r.Removed, err)
		}
		f.want(0, want.desired)
	}
	for _, name := range []string{"filter", "nothing"} {
		if _, err := f.keeper.RollBack(t.Context(), name); !errors.Is(err, twin.ErrNoDeployment) {
			t.Errorf("%s: error %v, want ErrNoDeployment", name, err)
		}
	}
	if r := f.deploy("filter", "all", "new"); r.Number != 7 || r.Of != 7 {
		t.Errorf("revision %+v", r)
	}
	if kept := f.keeper.Blobs(); len(kept) != 6 {
		t.Errorf("%d modules are kept, want those of six revisions", len(kept))
	}
}

func TestConfigurations(t *testing.T) {
	f := newFleet(t, device(1, "a", map[string]string{"site": "north"}), device(2, "b", nil))
	if found, err := f.keeper.Configure(t.Context(), "site=north", "[[sink]]\n", 4000); err != nil || len(found) != 1 {
		t.Errorf("configured %v, %v", found, err)
	}
	f.want(0, "1: [[sink]]")
	f.want(1, "0:")
	if d, _ := f.keeper.Desired(f.devices[0].Address); d.Trial != 4000 {
		t.Errorf("trial of %d ms, want 4000", d.Trial)
	}
	f.deploy("filter", "all", "one") // has a trial of its own
	if d, _ := f.keeper.Desired(f.devices[0].Address); d.Trial != 0 {
		t.Errorf("trial of %d ms, want the default", d.Trial)
	}
	if _, err := f.keeper.Configure(t.Context(), "nobody", "", 0); !errors.Is(err, twin.ErrNoDevice) {
		t.Errorf("error %v, want ErrNoDevice", err)
	}
	if _, err := f.keeper.Configure(t.Context(), "all", "[[sink]\n", 0); !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), "config:1") {
		t.Errorf("error %v, want a mistake with its line", err)
	}
	// What no message can hold is refused as a whole.
	if _, err := f.keeper.Configure(t.Context(), "a", "# "+strings.Repeat("x", wire.MaxDesired), 0); err == nil {
		t.Error("a configuration larger than a message is taken")
	}
	f.want(0, "2: [[sink]] filter/1")
}

func TestReports(t *testing.T) {
	f := newFleet(t, device(1, "a", nil))
	a := f.devices[0].Address
	state := func(want string) {
		t.Helper()
		list, err := f.keeper.Statuses(t.Context(), "a")
		if err != nil || len(list) != 1 || list[0].State() != want {
			t.Errorf("states %+v, %v, want %s", list, err, want)
		}
	}
	state("nothing desired")
	f.deploy("filter", "all", "one")
	if _, owed := f.keeper.Desired(a); !owed {
		t.Error("nothing is owed to a device that has reported nothing")
	}
	state("waiting for the device")
	f.keeper.Unsupported(a, "unknown kind of message")
	f.restart()
	state("not supported")
	if _, owed := f.keeper.Reported(a, wire.Reported{}); !owed {
		t.Error("nothing is owed to a device that has nothing")
	}
	state("waiting for the device")
	if _, owed := f.keeper.Reported(a, wire.Reported{Version: 1, Outcome: wire.TwinTrial, Parts: []wire.PartReport{{Kind: "job", Name: "filter", Count: 3}}}); owed {
		t.Error("something is owed to a device that has it all")
	}
	if _, owed := f.keeper.Desired(a); owed {
		t.Error("it is sent again at a hello after it was reported")
	}
	f.restart()
	state(wire.TwinTrial)
	// A device that is ahead has known a server that this one is a backup of.
	d, owed := f.keeper.Reported(a, wire.Reported{Version: 9, Outcome: wire.TwinApplied})
	if d.Version != 10 || !owed {
		t.Errorf("version %d, owed: %v; want 10", d.Version, owed)
	}
	// One that has lost its journal is told again.
	if d, owed := f.keeper.Reported(a, wire.Reported{}); d.Version != 10 || !owed {
		t.Errorf("version %d, owed: %v; want 10", d.Version, owed)
	}
}
