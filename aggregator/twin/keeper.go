package twin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Buckets of the aggregator's database.
const (
	bucketDeployments    = "deployments"    // name -> Deployment
	bucketConfigurations = "configurations" // device -> configurations
	bucketTwins          = "twins"          // device -> record
)

// Config of a Keeper. Fields without a stated zero meaning are needed.
type Config struct {
	Store   *store.Store
	Blobs   blob.Store
	Devices func(ctx context.Context) ([]Device, error) // of the fleet
	Device  func(key.Address) (Device, error)           // one of them
	Now     func() time.Time                            // nil = the wall clock
	Logger  *slog.Logger                                // nil = discard
}

// Keeper keeps the twins of a fleet. It is safe for concurrent use.
type Keeper struct {
	config Config
	log    *slog.Logger

	mu          sync.Mutex // guards all below, and the order of transactions
	deployments map[string]Deployment
	parts       map[key.Address][]wire.PartReport // as last reported, with counts
}

// New reads the deployments.
func New(c Config) (*Keeper, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	k := &Keeper{config: c, log: c.Logger, deployments: map[string]Deployment{}, parts: map[key.Address][]wire.PartReport{}}
	err := c.Store.View(func(tx *store.Tx) error {
		return store.Each(tx, bucketDeployments, func(name string, d Deployment) error {
			k.deployments[name] = d
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("restore deployments: %w", err)
	}
	return k, nil
}

// Find gives the devices that a selector means; none is an error.
func (k *Keeper) Find(ctx context.Context, selector string) ([]Device, error) {
	if err := CheckSelector(selector); err != nil {
		return nil, err
	}
	all, err := k.config.Devices(ctx)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(all, func(d Device) bool { return !Matches(selector, d) })
	if len(found) == 0 {
		return nil, fmt.Errorf("%q: %w: see tadpole device ls", selector, ErrNoDevice)
	}
	return found, nil
}

// Deploy adds a revision of a deployment, and gives the devices that it concerns.
func (k *Keeper) Deploy(ctx context.Context, name string, r Revision, module []byte) (Revision, error) {
	if err := cmp.Or(checkName(name), CheckSelector(r.Selector), checkText("deployment "+name, r.Text)); err != nil {
		return r, fmt.Errorf("deploy %s: %w", name, err)
	}
	hash, err := k.config.Blobs.Put(module)
	if err == nil {
		r.Module, err = blob.DescribeStored(k.config.Blobs, hash, 0)
	}
	if err != nil {
		return r, fmt.Errorf("deploy %s: %w", name, err)
	}
	return k.change(ctx, name, func(d Deployment) (Revision, error) {
		r.Of, r.Removed = 0, false
		return r, nil
	})
}

// RollBack goes back to what was deployed before, or removes what had nothing before it.
func (k *Keeper) RollBack(ctx context.Context, name string) (Revision, error) {
	return k.change(ctx, name, func(d Deployment) (Revision, error) {
		if _, deployed := d.current(); !deployed {
			return Revision{}, ErrNoDeployment
		}
		return d.before(), nil
	})
}

// change adds a revision, in one transaction with what devices are to be then.
func (k *Keeper) change(ctx context.Context, name string, next func(Deployment) (Revision, error)) (Revision, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, existed := k.deployments[name]
	d := Deployment{Name: name, Revisions: old.Revisions}
	r, err := next(d)
	if err == nil {
		r = d.add(r, k.config.Now())
		k.deployments[name] = d
		err = k.updateAll(ctx, func(tx *store.Tx) error { return tx.Put(bucketDeployments, name, d) })
	}
	if err != nil {
		if delete(k.deployments, name); existed {
			k.deployments[name] = old
		}
		return r, fmt.Errorf("deployment %s: %w", name, err)
	}
	return r, nil
}

// Configure sets the tables that some devices are to have beside their own.
func (k *Keeper) Configure(ctx context.Context, selector, text string, trial uint64) ([]Device, error) {
	if err := checkText("config", text); err != nil {
		return nil, err
	}
	found, err := k.Find(ctx, selector)
	if err != nil {
		return nil, fmt.Errorf("configure: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return found, k.config.Store.Update(func(tx *store.Tx) error {
		for _, d := range found {
			var c configurations
			if _, err := tx.Get(bucketConfigurations, d.Address.String(), &c); err != nil {
				return err
			}
			next := Configuration{Number: 1, Text: text, Trial: trial, Created: k.config.Now().UnixMilli()}
			if n := len(c.List); n > 0 {
				next.Number = c.List[n-1].Number + 1
			}
			c.List = append(c.List, next)
			c.List = c.List[max(0, len(c.List)-keepRevisions):]
			if err := tx.Put(bucketConfigurations, d.Address.String(), c); err != nil {
				return err
			}
			if err := k.update(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// Relabelled has what devices are to be worked out anew.
func (k *Keeper) Relabelled(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.updateAll(ctx, func(*store.Tx) error { return nil })
}

// updateAll works out what each device is to be, in one transaction with a change.
func (k *Keeper) updateAll(ctx context.Context, change func(*store.Tx) error) error {
	all, err := k.config.Devices(ctx)
	if err != nil {
		return err
	}
	return k.config.Store.Update(func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		for _, d := range all {
			if err := k.update(tx, d); err != nil {
				return fmt.Errorf("%s: %w", d.Address, err)
			}
		}
		return nil
	})
}

// renew works out what a device is to be. If that is something else than before its version
// grows, to above the given one.
func (k *Keeper) renew(tx *store.Tx, d Device, above uint64) (r record, changed bool, err error) {
	if _, err := tx.Get(bucketTwins, d.Address.String(), &r); err != nil {
		return r, false, err
	}
	next, err := k.desired(tx, d)
	if err != nil {
		return r, false, err
	}
	old := r.Desired
	next.Version, old.Trial = old.Version, next.Trial
	never := old.Version == 0 && above == 0 && next.Config == "" && len(next.Deployments) == 0
	if never || reflect.DeepEqual(next, old) && old.Version >= above {
		return r, false, nil
	}
	next.Version = max(old.Version+1, above)
	r.Desired = next
	return r, true, next.Validate()
}

// update keeps what renew works out.
func (k *Keeper) update(tx *store.Tx, d Device) error {
	r, changed, err := k.renew(tx, d, 0)
	if err != nil || !changed {
		return err
	}
	return tx.Put(bucketTwins, d.Address.String(), r)
}

// desired puts together what concerns a device. The trial is that of its newest part.
func (k *Keeper) desired(tx *store.Tx, d Device) (next wire.Desired, err error) {
	var newest int64
	var c configurations
	if _, err := tx.Get(bucketConfigurations, d.Address.String(), &c); err != nil {
		return next, err
	}
	if n := len(c.List); n > 0 {
		next.Config, next.Trial, newest = c.List[n-1].Text, c.List[n-1].Trial, c.List[n-1].Created
	}
	for _, one := range k.deployments {
		r, deployed := one.current()
		if !Matches(r.Selector, d) {
			continue
		}
		if r.Created >= newest {
			newest, next.Trial = r.Created, r.Trial
		}
		if deployed {
			next.Deployments = append(next.Deployments, wire.Deployment{Name: one.Name, Version: r.Number, Text: r.Text, Module: r.Module, Signature: r.Signature})
		}
	}
	slices.SortFunc(next.Deployments, func(a, b wire.Deployment) int { return cmp.Compare(a.Name, b.Name) })
	return next, nil
}

// Deployments gives all, by name, those that were removed too.
func (k *Keeper) Deployments() (list []Deployment) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, d := range k.deployments {
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Deployment) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Statuses gives the twins of the devices that a selector means.
func (k *Keeper) Statuses(ctx context.Context, selector string) (list []Status, err error) {
	found, err := k.Find(ctx, selector)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	err = k.config.Store.View(func(tx *store.Tx) error {
		for _, d := range found {
			var r record
			if _, err := tx.Get(bucketTwins, d.Address.String(), &r); err != nil {
				return err
			}
			s := Status{Device: d.Address, Name: d.Name, Desired: r.Desired, Reported: r.Reported, ReportedAt: r.ReportedAt, Unsupported: r.Unsupported}
			var c configurations
			if _, err := tx.Get(bucketConfigurations, d.Address.String(), &c); err != nil {
				return err
			}
			s.Configurations = c.List
			if parts, fresh := k.parts[d.Address]; fresh {
				s.Reported.Parts = parts
			}
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

// checkName accepts what may be a job's name.
func checkName(name string) error {
	for _, r := range name {
		if r <= ' ' || r > '~' || r == '/' || r == '\\' || r == '"' {
			return fmt.Errorf("name %.80q: use ASCII characters without spaces, quotes and slashes", name)
		}
	}
	if name == "" || len(name) > 64 {
		return errors.New("a deployment needs a name of 1 to 64 characters")
	}
	return nil
}

// checkText refuses what is no TOML.
func checkText(file, text string) error {
	_, err := config.Tables(file, []byte(text))
	return err
}
