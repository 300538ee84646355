package market

import "github.com/tadpole-edge/tadpole/contracts/bindings"

// Bound lets tests ask the contract itself about a deal.
func (d Deal) Bound() (bindings.JobOffer, bindings.ResourceOffer) {
	return d.Job.bound(), d.Resource.bound()
}
