package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ReceiptsSocket answers with the receipts while the daemon runs, which has the
// database to itself.
const ReceiptsSocket = "receipts.sock"

// serveReceipts answers each connection to the receipts' socket.
func (d *Daemon) serveReceipts(ctx context.Context) error {
	return d.serve(ctx, ReceiptsSocket, func() any {
		receipts, err := receiptsOf(d.store)
		if err != nil {
			d.log.Warn("receipts not read", "error", err)
		}
		return receipts
	})
}

// ReadReceipts gives the receipts that the device in a directory holds, oldest
// first, whether its daemon runs or not.
func ReadReceipts(ctx context.Context, dir string) (receipts []leaf.Receipt, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, ReceiptsSocket))
	if err == nil {
		defer conn.Close()
		if err := json.NewDecoder(conn).Decode(&receipts); err != nil {
			return nil, fmt.Errorf("read receipts from the running device: %w", err)
		}
		return receipts, nil
	}
	path := filepath.Join(dir, DatabaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read receipts: there is no device in %s: name its directory with --dir", dir)
	}
	s, err := store.Open(path, store.Options{})
	if err != nil {
		return nil, err
	}
	receipts, err = receiptsOf(s)
	return receipts, errors.Join(err, s.Close())
}

func receiptsOf(s *store.Store) ([]leaf.Receipt, error) {
	kept, err := s.Receipts()
	if err != nil {
		return nil, err
	}
	receipts := make([]leaf.Receipt, len(kept))
	for i, k := range kept {
		if err := wire.Unmarshal(k.Receipt, &receipts[i]); err != nil {
			return nil, fmt.Errorf("receipt of task %s: %w", k.Task.Short(), err)
		}
	}
	return receipts, nil
}
