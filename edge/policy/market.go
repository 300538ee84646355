package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/config"
)

// Market is the [market] table: what the owner grants to federations that pay.
// The zero value grants nothing.
type Market struct {
	MaxCollateral config.Amount // that the owner will stake for one federation
	Mediators     []string      // age recipients to whom data may be opened for a check

	set                           bool
	collateralLine, mediatorsLine int // 0 = the file does not set them
}

type marketTable struct {
	MaxCollateral config.Amount `toml:"max_collateral"`
	Mediators     []string      `toml:"mediators"`
}

func (t marketTable) parse(d *config.Document) Market {
	for i, recipient := range t.Mediators {
		field := fmt.Sprintf("market.mediators.%d", i)
		d.Check(strings.HasPrefix(recipient, "age1") && len(recipient) < 2048, field, fmt.Sprintf("%.40q is no age recipient", recipient), "write the mediator's public key, which begins with age1")
	}
	return Market{MaxCollateral: t.MaxCollateral, Mediators: t.Mediators, set: d.Has("market"),
		collateralLine: d.Line("market.max_collateral"), mediatorsLine: d.Line("market.mediators")}
}

// AllowJoin tells whether the device may sign its membership of a federation
// that pays: some rule must open the dataset to it, and the collateral be within
// the owner's limit.
func (p Policy) AllowJoin(a Ask, collateral config.Amount) error {
	if !p.Market.set {
		return p.refuse(0, "there is no [market]; add one to be paid for updates")
	}
	if collateral > p.Market.MaxCollateral {
		return p.refuse(p.Market.collateralLine, "the federation wants %s staked, max_collateral is %s", collateral, p.Market.MaxCollateral)
	}
	_, err := p.rule(a)
	return err
}

// AllowDisclosure gives those of the recipients to whom the owner opens data for
// the check of an update; none is an error, and so is data that no rule opens to
// the federation.
func (p Policy) AllowDisclosure(a Ask, recipients []string) ([]string, error) {
	if _, err := p.rule(a); err != nil {
		return nil, err
	}
	var open []string
	for _, r := range recipients {
		if slices.Contains(p.Market.Mediators, r) && !slices.Contains(open, r) {
			open = append(open, r)
		}
	}
	if len(open) == 0 {
		return nil, p.refuse(p.Market.mediatorsLine, "none of the %d mediators drawn may see data; add those that you trust to mediators in [market]", len(recipients))
	}
	return open, nil
}
