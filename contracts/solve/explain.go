package solve

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
)

// Explain says why an offer that waits has no provider, as far as the offers of
// providers tell; active are the market's mediators.
func (c *Client) Explain(ctx context.Context, j market.JobOffer, spec deal.Spec, active *big.Int) (string, error) {
	waiting, err := c.Offers(ctx)
	if err != nil {
		return "", err
	}
	if len(waiting.Resources) == 0 {
		return "no provider is free there", nil
	}
	why := map[string]int{}
	for _, r := range waiting.Resources {
		encoded, err := c.Get(ctx, r.Capabilities)
		if err != nil {
			return "", err
		}
		machine, err := deal.DecodeCapabilities(encoded)
		if err != nil {
			return "", fmt.Errorf("description of the machine of %s: %w", r.Provider, err)
		}
		reason := cmp.Or(machine.Lack(spec), machine.Closed(spec, j.Creator, r.Provider))
		if reason == "" {
			reason = "it fits, but came too late, has too little stake left or has a replica already"
			if err := fit(j, r, active); err != nil {
				reason = err.Error()
			}
		}
		why[reason]++
	}
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		parts = append(parts, fmt.Sprintf("%d of %d that wait there: %s", why[reason], len(waiting.Resources), reason))
	}
	return strings.Join(parts, "; "), nil
}
