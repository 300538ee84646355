package heavy

import (
	"bytes"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// Unseal gives what the file of that name in a result holds, a tar archive sealed to
// the identity; all else that lies beside it is left out, since anybody could have
// put it there. A result without the file holds nothing: its job did not come so far.
func (r Result) Unseal(name string, i sealed.Identity, most int64) (Result, error) {
	file, found := r.Files[name]
	r.Files = map[string][]byte{}
	if !found {
		return r, nil
	}
	content, err := i.Open(file, most)
	if err == nil {
		r.Files, err = untar(bytes.NewReader(content), most)
	}
	if err != nil {
		return r, fmt.Errorf("result of execution %s on %s: %w: %w", r.Execution.ID, r.Execution.Node, ErrResult, err)
	}
	return r, nil
}
