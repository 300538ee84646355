package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/config"
)

// Heavy is the [heavy] table: who may run what the device is too small for. The
// zero value lets nobody.
type Heavy struct {
	Providers []string // age recipients who may see data for it
	Mediators []string // others who may see them too, to check what a provider found that was paid

	line int // 0 = the file does not set them
}

type heavyTable struct {
	Providers []string `toml:"providers"`
	Mediators []string `toml:"mediators"`
}

func (t heavyTable) parse(d *config.Document) Heavy {
	check := func(list, whose string, recipients []string) {
		for i, recipient := range recipients {
			d.Check(strings.HasPrefix(recipient, "age1") && len(recipient) < 2048, fmt.Sprintf("heavy.%s.%d", list, i), fmt.Sprintf("%.40q is no age recipient", recipient), "write the "+whose+"'s public key, which begins with age1")
		}
	}
	check("providers", "provider", t.Providers)
	check("mediators", "mediator", t.Mediators)
	return Heavy{Providers: t.Providers, Mediators: t.Mediators, line: d.Line("heavy.providers")}
}

// AllowAway tells whether a job may run at a provider, who sees the data for it.
// The device's limits are no matter there; the rule's rates are.
func (p Policy) AllowAway(a Ask, provider string) error {
	if !slices.Contains(p.Heavy.Providers, provider) {
		return p.refuse(p.Heavy.line, "the provider %.80q may not see data; add it to providers in [heavy] if you trust it", provider)
	}
	a.Memory, a.Deadline = 0, 0
	return p.Allow(a)
}

// AllowBought tells whether a job may run at a provider of the market.
func (p Policy) AllowBought(a Ask) error {
	if _, _, err := p.Bought(); err != nil {
		return err
	}
	a.Memory, a.Deadline = 0, 0
	return p.Allow(a)
}

// Bought gives those who may see data for a job that is bought in the market:
// providers who may run it, and others who may run it again for a check. The
// mediators of [market] are not among them: they see data once they are drawn, these
// can read what lies at a solver from the beginning.
func (p Policy) Bought() (providers, mediators []string, err error) {
	for _, r := range p.Heavy.Providers {
		if !slices.Contains(providers, r) {
			providers = append(providers, r)
		}
	}
	for _, r := range p.Heavy.Mediators {
		if !slices.Contains(providers, r) && !slices.Contains(mediators, r) {
			mediators = append(mediators, r)
		}
	}
	if len(providers) == 0 {
		return nil, nil, p.refuse(p.Heavy.line, "no provider of the market may see data; add those that you trust to providers in [heavy]")
	}
	return providers, mediators, nil
}
