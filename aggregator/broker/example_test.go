package broker_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tadpole-edge/tadpole/aggregator/broker"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/internal/key"
)

func ExampleBroker() {
	dir, err := os.MkdirTemp("", "broker")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ca, err := devices.OpenCA(filepath.Join(dir, "ca"))
	if err != nil {
		fmt.Println(err)
		return
	}
	mutual, err := ca.MutualTLS([]string{"farm.example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := broker.New(broker.Config{
		Listen:    "127.0.0.1:0",
		TLS:       mutual,
		Socket:    filepath.Join(dir, "run", "link.sock"),
		Fleet:     "orchard",
		Authorize: func(key.Address) bool { return true }, // Registry.Allowed
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // a real one serves until it is told to end
	fmt.Println(b.Run(ctx))
	// Output: <nil>
}
