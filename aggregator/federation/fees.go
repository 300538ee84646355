package federation

import (
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/testimony"
)

// Fees are what the federation pays for updates, and how they are checked.
// Without a fee there is no market: rounds leave nothing on a chain.
type Fees struct {
	PerUpdate       config.Amount   `toml:"per_update" cbor:"1,keyasint"` // 0 = the federation is not on the market
	Budget          config.Amount   `toml:"budget" cbor:"2,keyasint"`     // escrowed at the start: fees and checks are paid from it
	CheckRate       float64         `toml:"check_rate" cbor:"3,keyasint"` // share of updates that mediators re-execute
	Collateral      float64         `toml:"collateral_multiple" cbor:"4,keyasint"`
	Mediators       int             `toml:"mediators" cbor:"5,keyasint"` // of a case's first level
	CheckFee        config.Amount   `toml:"check_fee" cbor:"6,keyasint"` // to each of them
	ChallengeWindow config.Duration `toml:"challenge_window" cbor:"7,keyasint"`
	Project         string          `toml:"project" cbor:"8,keyasint,omitempty"` // on the public-goods list: no protocol fee
	// Checks are the ways in which a drawn update may be checked, as its owner
	// chooses (package testimony); none = by data alone, which proves the most.
	Checks []string `toml:"checks" cbor:"9,keyasint,omitempty"`
}

// Ways are the ways in which a drawn update may be checked.
func (f Fees) Ways() []string {
	if len(f.Checks) == 0 {
		return []string{testimony.Disclose}
	}
	return f.Checks
}

// Paid tells whether the federation is on the market.
func (f Fees) Paid() bool { return f.PerUpdate > 0 }

// DeviceCollateral is what a device's owner stakes: the multiple of the least
// that makes cheating a loss, K = (c - c_d) / p_e - f with all cost saved, c = f
// (notes: Modicum's inequality for fixed prices).
func (f Fees) DeviceCollateral() config.Amount {
	if !f.Paid() {
		return 0
	}
	threshold := float64(f.PerUpdate)/f.CheckRate - float64(f.PerUpdate)
	return config.Amount(f.Collateral*max(threshold, 0)) + f.PerUpdate
}

func (f *Federation) checkFees(d *config.Document) {
	fees := f.Fees
	if !fees.Paid() {
		return
	}
	d.Check(fees.CheckRate > 0 && fees.CheckRate <= 1, "fees.check_rate", fmt.Sprintf("%v is out of range", fees.CheckRate), "choose a share above 0 and up to 1, often 0.05")
	d.Check(fees.Collateral >= 1 && fees.Collateral <= 1000, "fees.collateral_multiple", fmt.Sprintf("%v is out of range", fees.Collateral), "choose 1 to 1000; agents that learn misjudge below 2")
	d.Check(fees.Mediators >= 1 && fees.Mediators <= 31 && fees.Mediators%2 == 1, "fees.mediators", fmt.Sprintf("is %d", fees.Mediators), "choose an odd number up to 31, often 3")
	d.Check(fees.CheckFee > 0, "fees.check_fee", "is nothing: no mediator would work", "choose at least what one training run costs")
	for i, way := range fees.Checks {
		d.Check(testimony.Known(way), fmt.Sprintf("fees.checks.%d", i), fmt.Sprintf("%.40q is no way to check an update", way),
			fmt.Sprintf("choose of %q, %q and %q", testimony.Disclose, testimony.SecondDevice, testimony.Canary))
	}
	window := time.Duration(fees.ChallengeWindow)
	d.Check(window >= time.Second && window <= 30*24*time.Hour, "fees.challenge_window", fmt.Sprintf("is %v", window), `choose "1s" to "720h"; the market has a floor of its own`)
	round := uint64(fees.PerUpdate) * uint64(max(f.Cohort.Size, 0))
	d.Check(uint64(fees.Budget) >= round, "fees.budget", fmt.Sprintf("%s does not pay for one round", fees.Budget), fmt.Sprintf("escrow at least %s: per_update times cohort.size, and checks", config.Amount(round)))
}
