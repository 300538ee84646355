// Package service is the whole server in one process and one directory: broker,
// claim listener, aggregator and control socket, put together.
//
// A Config flows in; Run serves devices and the command line until its context
// ends. Everything that must survive lies in the directory: aggregator.key, ca/,
// tadpole.db, blobs/, and while it runs control.sock.
package service

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/broker"
	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/evaluate"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/ingest"
	"github.com/tadpole-edge/tadpole/aggregator/procure"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/aggregator/twin"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Config of a Service. Dir and Module are needed.
type Config struct {
	Dir         string
	Fleet       string            // "" = "tadpole"
	Host        string            // name or address under which devices reach this machine; "" = 127.0.0.1
	Listen      string            // host:port of the embedded broker; "" = ":8883"
	ListenClaim string            // host:port of the claim listener; "" = ":8884"
	Broker      string            // URL of an external broker as this machine reaches it, with user:password@ if need be; "" = the embedded one
	BrokerTLS   *tls.Config       // for it; nil = the system's roots
	BrokerURL   string            // of an external broker as devices reach it; "" = Broker
	Module      []byte            // the training kernel
	Market      *MarketConfig     // nil = no federation pays
	Heavy       aggregator.Heavy  // runs what devices hand over; nil = nobody
	Purchase    *PurchaseConfig   // nil = Heavy; else what devices hand over is bought, which takes a Market
	Folder      aggregator.Folder // sums up the updates of federations with shards; nil = this process does
	Logger      *slog.Logger      // nil = discard
}

// Service is a server that has opened its directory and ports.
type Service struct {
	config     Config
	log        *slog.Logger
	store      *store.Store
	broker     *broker.Broker // nil = external
	claims     *devices.ClaimServer
	registry   *devices.Registry
	link       link
	aggregator *aggregator.Aggregator
	sensors    *consensus.Collector
	twins      *twin.Keeper
	control    *control.Server
	bank       *bank          // nil = there is no market
	buyer      *procure.Buyer // nil = nothing is bought
}

// link is the way to the devices: within the process, or by an external broker.
type link interface {
	aggregator.Link
	Run(ctx context.Context, handler func(topic wire.Topic, payload []byte)) error
}

// New opens the directory and the ports. Run serves; a Service that will not run
// must be closed.
func New(c Config) (s *Service, err error) {
	c.Fleet, c.Host = cmp.Or(c.Fleet, "tadpole"), cmp.Or(c.Host, "127.0.0.1")
	c.Listen, c.ListenClaim = cmp.Or(c.Listen, ":8883"), cmp.Or(c.ListenClaim, ":8884")
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	s = &Service{config: c, log: c.Logger}
	defer func() {
		if err != nil {
			s.Close()
			err = fmt.Errorf("start service in %s: %w", c.Dir, err)
		}
	}()
	identity, err := key.LoadOrCreate(filepath.Join(c.Dir, "aggregator.key"))
	if err != nil {
		return s, err
	}
	ca, err := devices.OpenCA(filepath.Join(c.Dir, "ca"))
	if err != nil {
		return s, err
	}
	if s.store, err = store.Open(filepath.Join(c.Dir, "tadpole.db"), store.Options{}); err != nil {
		return s, err
	}
	if err := s.openBroker(ca); err != nil {
		return s, err
	}
	if err := s.openClaims(ca, identity); err != nil {
		return s, err
	}
	blobs, err := blob.OpenDir(filepath.Join(c.Dir, "blobs"))
	if err != nil {
		return s, err
	}
	if s.link, err = s.newLink(); err != nil {
		return s, err
	}
	if err := errors.Join(s.openSensors(), s.openTwins(blobs)); err != nil {
		return s, err
	}
	settings := aggregator.Config{Fleet: c.Fleet, Key: identity, Store: s.store, Blobs: blobs, Link: s.link, Twins: s.twins,
		Roster: &roster{Registry: s.registry}, Module: c.Module, Folder: c.Folder, Sensors: s.sensors, Evaluator: NewEvaluator, Logger: c.Logger}
	if c.Market != nil {
		if s.bank, err = openBank(c.Dir, identity, blob.Sum(c.Module), *c.Market, s.log); err != nil {
			return s, err
		}
		settings.Market = s.bank.settler
	}
	settings.Heavy = c.Heavy
	if c.Purchase != nil {
		if s.buyer, err = s.openBuyer(identity, *c.Purchase); err != nil {
			return s, err
		}
		settings.Heavy = s.buyer
	}
	if s.aggregator, err = aggregator.New(settings); err != nil {
		return s, err
	}
	if s.bank != nil {
		s.bank.serve(s.aggregator, s.log)
	}
	s.control, err = control.Listen(filepath.Join(c.Dir, control.Socket), s.aggregator, fleet{s}, twins{s.twins, s}, account{s}, s.sensors)
	return s, err
}

// openBroker opens the embedded broker, unless another is named. The registry
// does not exist yet when it opens, and does before it serves.
func (s *Service) openBroker(ca *devices.CA) error {
	if s.config.Broker != "" {
		return nil
	}
	mutual, err := ca.MutualTLS([]string{s.config.Host})
	if err != nil {
		return err
	}
	s.broker, err = broker.New(broker.Config{Listen: s.config.Listen, TLS: mutual,
		Fleet: s.config.Fleet, Authorize: func(device key.Address) bool { return s.registry.Allowed(device) }, Logger: s.log})
	return err
}

func (s *Service) openClaims(ca *devices.CA, identity *key.Key) error {
	serverTLS, err := ca.ServerTLS([]string{s.config.Host})
	if err != nil {
		return err
	}
	// Tokens name the claim listener's port, so it is opened before the registry.
	listener, err := net.Listen("tcp", s.config.ListenClaim)
	if err != nil {
		return err
	}
	claimPort := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	address := cmp.Or(s.config.BrokerURL, s.config.Broker)
	if s.broker != nil {
		address = "ssl://" + net.JoinHostPort(s.config.Host, fmt.Sprint(s.broker.Addr().(*net.TCPAddr).Port))
	}
	s.registry, err = devices.NewRegistry(devices.Config{Fleet: s.config.Fleet, Claim: net.JoinHostPort(s.config.Host, claimPort),
		Broker: address, Key: identity, CA: ca, Records: records{s.store}})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.claims, err = devices.NewClaimServer(devices.ServerConfig{Listener: listener, TLS: serverTLS,
		Registry: s.registry, Logger: s.log})
	return err
}

func (s *Service) newLink() (link, error) {
	if s.broker != nil {
		return s.broker.Local(), nil
	}
	c := ingest.Config{URL: s.config.Broker, TLS: s.config.BrokerTLS, Fleet: s.config.Fleet, Logger: s.log}
	u, err := url.Parse(s.config.Broker)
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	if u.User != nil {
		c.Username = u.User.Username()
		c.Password, _ = u.User.Password()
		u.User = nil
		c.URL = u.String()
	}
	return ingest.New(c)
}

// Close frees what New opened.
func (s *Service) Close() error {
	var faults []error
	if s.control != nil {
		faults = append(faults, s.control.Close())
	}
	if s.claims != nil {
		faults = append(faults, s.claims.Close())
	}
	if s.broker != nil {
		faults = append(faults, s.broker.Close())
	}
	if s.bank != nil {
		faults = append(faults, s.bank.Close())
	}
	if s.store != nil {
		faults = append(faults, s.store.Close())
	}
	return errors.Join(faults...)
}

// Run serves until the context ends or a part fails, then stops every part and
// closes the directory.
func (s *Service) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var parts sync.WaitGroup
	part := func(name string, run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	if s.broker != nil {
		part("broker", s.broker.Run)
	}
	part("claim listener", s.claims.Run)
	part("control", s.control.Run)
	part("aggregator", s.aggregator.Run)
	part("link", func(ctx context.Context) error {
		return s.link.Run(ctx, func(topic wire.Topic, payload []byte) { s.aggregator.Deliver(ctx, topic, payload) })
	})
	if s.bank != nil {
		part("exchange", s.bank.exchange.Run)
		part("settlement", func(ctx context.Context) error { return s.bank.settler.Run(ctx, s.aggregator) })
	}
	if s.buyer != nil {
		part("purchases", s.buyer.Run)
	}
	<-ctx.Done()
	parts.Wait()
	err := context.Cause(ctx)
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	if s.bank != nil {
		err = errors.Join(err, s.bank.Close())
	}
	return errors.Join(err, s.store.Close())
}

// Aggregator is the part that runs federations.
func (s *Service) Aggregator() *aggregator.Aggregator { return s.aggregator }

// Fleet is the fleet's name.
func (s *Service) Fleet() string { return s.config.Fleet }

// Registry is the part that knows the devices.
func (s *Service) Registry() *devices.Registry { return s.registry }

// Broker is the URL at which devices connect.
func (s *Service) Broker() string {
	if s.broker != nil {
		return "ssl://" + s.broker.Addr().String()
	}
	return cmp.Or(s.config.BrokerURL, s.config.Broker)
}

// fleet is what the control socket may do with devices.
type fleet struct{ *Service }

func (f fleet) Add(ctx context.Context, o devices.AddOptions) (string, error) {
	return f.registry.Add(ctx, o)
}

func (f fleet) List(ctx context.Context) ([]devices.Device, error) { return f.registry.List(ctx) }

// Remove revokes a device first and disconnects it then.
func (f fleet) Remove(ctx context.Context, device key.Address) error {
	if err := f.registry.Remove(ctx, device); err != nil {
		return err
	}
	if f.broker != nil {
		f.broker.Disconnect(device)
	}
	return nil
}

// roster is the registry with the count of devices, which is asked for often,
// remembered for a second.
type roster struct {
	*devices.Registry
	count atomic.Int64
	until atomic.Int64 // Unix ms
}

func (r *roster) Enrolled() int {
	now := time.Now().UnixMilli()
	if now >= r.until.Load() {
		n := int64(0)
		all, err := r.List(context.Background())
		if err != nil {
			return int(r.count.Load())
		}
		for _, d := range all {
			if !d.Removed {
				n++
			}
		}
		r.count.Store(n)
		r.until.Store(now + 1000)
	}
	return int(r.count.Load())
}

// NewEvaluator loads a federation's test set for Gorgonia.
func NewEvaluator(f federation.Federation, a plan.Architecture) (aggregator.Evaluator, error) {
	x, y, err := tensor.Load(f.Evaluation.Features, f.Evaluation.Labels)
	if err != nil {
		return nil, err
	}
	return evaluate.New(a, x, y, float32(f.Data.Scale), float32(f.Data.Shift))
}
