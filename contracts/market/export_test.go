package market

import "github.com/tadpole-edge/tadpole/contracts/bindings"

// Bound lets tests ask the contract itself about a deal.
func (d Deal) Bound() (bindings.JobOffer, bindings.ResourceOffer) {
	return d.Job.bound(), d.Resource.bound()
}

// Words gives what a revert's data say.
func (m *Market) Words(data []byte, otherwise string) string { return m.words(data, otherwise) }
