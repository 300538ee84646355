package devices

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Label sets labels of a device and takes others away.
func (r *Registry) Label(ctx context.Context, device key.Address, set map[string]string, remove []string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("label device %s: %w", device, err)
	}
	for name, value := range set {
		if !labelFits(name) || value != "" && !labelFits(value) {
			return fmt.Errorf("label device %s: %.80q: write name or name=value, each of up to %d letters, digits and ._-", device, name+"="+value, maxLabel)
		}
	}
	err := r.change(device, func(d *Device) bool {
		labels := map[string]string{}
		maps.Copy(labels, d.Labels)
		maps.Copy(labels, set)
		for _, name := range remove {
			delete(labels, name)
		}
		changed := !maps.Equal(labels, d.Labels)
		d.Labels = labels
		return changed
	})
	if err != nil {
		return fmt.Errorf("label device: %w", err)
	}
	return nil
}

// maxLabel bounds the two parts of a label.
const maxLabel = 63

func labelFits(text string) bool {
	strange := strings.IndexFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r))
	})
	return text != "" && len(text) <= maxLabel && strange < 0
}
