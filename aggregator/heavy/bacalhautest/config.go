//go:build unix

package bacalhautest

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/bacalhau-project/bacalhau/pkg/config/types"
)

// LabelNode is the label that tells a cluster's nodes apart: jobs can be bound to
// "0", "1" and so on by a constraint.
const LabelNode = "tadpole-node"

// config is a node's. Whatever would call home, listen beyond loopback or need a
// container engine is off, as far as there are switches: the local publisher
// serves on every interface, whatever its address says (v1.9.3). Intervals are
// short, or a dead node would be noticed after a minute only.
func (n *node) config() types.Bacalhau {
	orchestrator := fmt.Sprintf("nats://127.0.0.1:%d", n.cluster.natsPort)
	c := types.Bacalhau{
		DataDir:          filepath.Join(n.dir, "data"),
		NameProvider:     "puuid",
		API:              types.API{Host: "127.0.0.1", Port: n.apiPort},
		Labels:           map[string]string{LabelNode: fmt.Sprint(n.index)},
		Engines:          types.EngineConfig{Disabled: []string{"docker"}},
		Publishers:       types.PublishersConfig{Types: types.PublisherTypes{Local: types.LocalPublisher{Address: "127.0.0.1", Port: n.publisherPort}}},
		UpdateConfig:     types.UpdateConfig{Interval: -1}, // 0 would be taken for the default, a day
		DisableAnalytics: true,
		Logging:          types.Logging{Level: "info"},
	}
	if n.index == 0 {
		c.Orchestrator = types.Orchestrator{Enabled: true, Host: "127.0.0.1", Port: n.cluster.natsPort,
			NodeManager:      types.NodeManager{DisconnectTimeout: seconds(5)},
			Scheduler:        types.Scheduler{QueueBackoff: seconds(1), HousekeepingInterval: seconds(1), HousekeepingTimeout: seconds(5)},
			EvaluationBroker: types.EvaluationBroker{VisibilityTimeout: seconds(5)}}
	}
	if n.computes() {
		c.Compute = types.Compute{Enabled: true, Orchestrators: []string{orchestrator}, Network: types.NetworkConfig{AdvertisedAddress: "127.0.0.1"},
			Heartbeat: types.Heartbeat{Interval: seconds(1), InfoUpdateInterval: seconds(2)}}
	}
	if n.cluster.options.Alter != nil {
		n.cluster.options.Alter(n.index, &c)
	}
	return c
}

func seconds(n int) types.Duration { return types.Duration(time.Duration(n) * time.Second) }

// writeConfig writes the node's configuration; YAML is a superset of JSON.
func (n *node) writeConfig(path string) error {
	text, err := json.MarshalIndent(n.config(), "", "  ")
	if err != nil {
		return fmt.Errorf("write configuration of bacalhau node %d: %w", n.index, err)
	}
	return os.WriteFile(path, text, 0o600)
}

// freePorts finds loopback ports that nobody listens on now.
func freePorts(count int) (ports []int, err error) {
	for range count {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port for a bacalhau node: %w", err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
