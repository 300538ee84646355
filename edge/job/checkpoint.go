package job

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Checkpoint says where a Pool keeps what a job has come to, so that a power cut or a long
// pause costs no more than the time since the last one. Only modules that were built for
// it can go on (fuel.Resume): others run anew. A run that goes on gives the bytes and takes
// the fuel of one that nothing interrupted.
//
// The file holds the job's memory, with the owner's data in it: it is as private as they
// are. It is used for a run only if module, inputs and limits are the same and no bit of
// it is damaged. Whoever names it removes it when the job is over.
type Checkpoint struct {
	Path  string        // of the file, whose directory is there; "" = keep none
	Every time.Duration // of running; 0 = 5 minutes
}

const defaultEvery = 5 * time.Minute

// A checkpoint's file: checkpointMagic, the job's identity, then as the runner wrote it
// the image (image.go).
const checkpointMagic = "tadpole checkpoint 1\n"

const imageAt = len(checkpointMagic) + len(blob.Hash{})

// unfinished ends the name of a file that is being written.
const unfinished = ".unfinished"

// keeper keeps the checkpoints of one run.
type keeper struct {
	Checkpoint
	request  Request
	hash     blob.Hash // of the module
	identity blob.Hash // zero = not worked out yet
	err      error     // why the last one was not kept
}

func newKeeper(hash blob.Hash, r Request) *keeper {
	k := &keeper{Checkpoint: r.Checkpoint, request: r, hash: hash}
	k.Every = cmp.Or(k.Every, defaultEvery)
	return k
}

// checkpoints is what a runner is told of it; nil = there are none.
func (k *keeper) checkpoints() *checkpoints {
	if k.Path == "" {
		return nil
	}
	c := &checkpoints{Every: k.Every}
	if k.have() {
		c.From = k.Path
	}
	return c
}

// have tells whether the file is this job's.
func (k *keeper) have() bool {
	f, err := os.Open(k.Path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, imageAt)
	if _, err := io.ReadFull(f, head); err != nil {
		return false
	}
	want, err := k.head()
	return err == nil && bytes.Equal(head, want)
}

// head is what the file of this job begins with. It is worked out when a checkpoint is
// there or due, which for most jobs is never.
func (k *keeper) head() ([]byte, error) {
	if k.identity.IsZero() {
		var err error
		if k.identity, err = k.request.identity(k.hash); err != nil {
			return nil, err
		}
	}
	return append([]byte(checkpointMagic), k.identity[:]...), nil
}

// identity is a hash of all that a run depends on.
func (r Request) identity(module blob.Hash) (blob.Hash, error) {
	h := sha256.New()
	number := func(n uint64) { h.Write(binary.BigEndian.AppendUint64(nil, n)) }
	h.Write(module[:])
	for _, n := range []uint64{fuel.Version, r.Limits.MemoryBytes, r.Limits.OutputBytes, r.Limits.Fuel, uint64(len(r.Inputs))} {
		number(n)
	}
	for _, i := range r.Inputs {
		content := sha256.New()
		if i.Path == "" {
			content.Write(i.Content)
		} else if err := hashFile(content, i.Path); err != nil {
			return blob.Hash{}, err
		}
		number(uint64(len(i.Name)))
		io.WriteString(h, i.Name)
		h.Write(content.Sum(nil))
	}
	return blob.Hash(h.Sum(nil)), nil
}

func hashFile(h io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(h, f)
	return err
}

// keep writes an image of that many bytes in place of the last one, and whatever comes of
// that, takes it off the pipe. Errors are those of the pipe.
func (k *keeper) keep(from io.Reader, size int64) error {
	image := &io.LimitedReader{R: from, N: size}
	if k.err = k.write(image); k.err != nil {
		k.err = fmt.Errorf("keep checkpoint: %w", k.err)
		os.Remove(k.Path + unfinished)
	}
	_, err := io.Copy(io.Discard, image)
	if err == nil && image.N > 0 {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (k *keeper) write(image *io.LimitedReader) error {
	head, err := k.head()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(k.Path+unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(head)
	if err == nil {
		_, err = io.Copy(f, image)
	}
	if err == nil && image.N > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(k.Path+unfinished, k.Path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(k.Path))
}

func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
