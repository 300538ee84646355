package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/testimony"
)

// Market is the [market] table: what the owner grants to federations that pay.
// The zero value grants nothing.
type Market struct {
	MaxCollateral config.Amount // that the owner will stake for one federation
	Mediators     []string      // age recipients to whom data may be opened for a check
	Check         string        // how an update can be checked (package testimony)
	Second        key.Address   // runs tasks again for this device; only with Check second-device
	SecondOf      []key.Address // devices of this owner for which this one runs tasks again

	set                                                    bool
	collateralLine, mediatorsLine, checkLine, secondOfLine int // 0 = the file does not set them
}

type marketTable struct {
	MaxCollateral config.Amount `toml:"max_collateral"`
	Mediators     []string      `toml:"mediators"`
	Check         string        `toml:"check"`
	Second        string        `toml:"second_device"`
	SecondOf      []string      `toml:"second_device_of"`
}

func (t marketTable) parse(d *config.Document) Market {
	for i, recipient := range t.Mediators {
		field := fmt.Sprintf("market.mediators.%d", i)
		d.Check(strings.HasPrefix(recipient, "age1") && len(recipient) < 2048, field, fmt.Sprintf("%.40q is no age recipient", recipient), "write the mediator's public key, which begins with age1")
	}
	m := Market{MaxCollateral: t.MaxCollateral, Mediators: t.Mediators, Check: cmp.Or(t.Check, testimony.Disclose), set: d.Has("market"),
		collateralLine: d.Line("market.max_collateral"), mediatorsLine: d.Line("market.mediators"), checkLine: d.Line("market.check"), secondOfLine: d.Line("market.second_device_of")}
	d.Check(testimony.Known(m.Check), "market.check", fmt.Sprintf("%.40q is no way to check an update", t.Check),
		fmt.Sprintf("choose %q, %q or %q", testimony.Disclose, testimony.SecondDevice, testimony.Canary))
	address := func(field, text string) key.Address {
		a, err := key.ParseAddress(text)
		d.Check(err == nil, field, fmt.Sprintf("%.60q is no address", text), "write the device's 0x and 40 hex digits, as tadpole-edge status shows it")
		return a
	}
	if t.Second != "" {
		m.Second = address("market.second_device", t.Second)
	}
	d.Check((m.Check == testimony.SecondDevice) == (t.Second != ""), "market.second_device", "goes with check = \"second-device\", and only with it", "set both or none")
	for i, text := range t.SecondOf {
		m.SecondOf = append(m.SecondOf, address(fmt.Sprintf("market.second_device_of.%d", i), text))
	}
	return m
}

// AllowJoin tells whether the device may sign its membership of a federation
// that pays: some rule must open the dataset to it, the collateral be within the
// owner's limit, and updates be checked in a way that the owner grants.
func (p Policy) AllowJoin(a Ask, collateral config.Amount, checks []string) error {
	if !p.Market.set {
		return p.refuse(0, "there is no [market]; add one to be paid for updates")
	}
	if collateral > p.Market.MaxCollateral {
		return p.refuse(p.Market.collateralLine, "the federation wants %s staked, max_collateral is %s", collateral, p.Market.MaxCollateral)
	}
	if len(checks) > 0 && !slices.Contains(checks, p.Market.Check) {
		return p.refuse(p.Market.checkLine, "updates can be checked by %q, the federation takes %s", p.Market.Check, strings.Join(checks, " or "))
	}
	_, err := p.rule(a)
	return err
}

// AllowRerun tells whether a task that the federation has had run may be run again
// for a check: on the device itself, or on this one as the owner's second. Nothing
// but hashes leave afterwards, so it is no use of the data by the rule's rates.
func (p Policy) AllowRerun(a Ask, device key.Address, second bool) error {
	if second && !slices.Contains(p.Market.SecondOf, device) {
		return p.refuse(p.Market.secondOfLine, "this is not the second device of %s; add it to second_device_of in [market] if it is yours", device)
	}
	a.Runs = nil
	return p.Allow(a)
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
