package service

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// openSensors opens what compares devices' readings, by the rules in the directory.
func (s *Service) openSensors() error {
	book, err := consensus.ReadBook(filepath.Join(s.config.Dir, consensus.RulesFile))
	if err != nil {
		return err
	}
	s.sensors, err = consensus.Open(consensus.Config{Fleet: s.config.Fleet, Store: s.store, Groups: &groups{registry: s.registry}, Book: book, Logger: s.log})
	return err
}

// groupLabel is the label that says to which groups a device belongs, with commas between.
const groupLabel = "group"

// groups is the registry by groups. They are asked for with every attestation, so what is
// known is remembered for a second.
type groups struct {
	registry *devices.Registry

	mu    sync.Mutex
	until time.Time
	known map[string][]key.Address
}

// Group implements consensus.Fleet.
func (g *groups) Group(name string) ([]key.Address, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); !now.Before(g.until) {
		all, err := g.registry.List(context.Background())
		if err != nil {
			return nil, err
		}
		g.known = map[string][]key.Address{}
		for _, d := range all {
			if d.Removed {
				continue
			}
			for member := range strings.SplitSeq(d.Labels[groupLabel], ",") {
				if !slices.Contains(g.known[member], d.Address) {
					g.known[member] = append(g.known[member], d.Address)
				}
			}
		}
		g.until = now.Add(time.Second)
	}
	return g.known[name], nil
}
