package edge_test

import (
	"testing"

	"github.com/tadpole-edge/tadpole/edge"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// A dataset grows while federations run. The one that the device has joined goes on with
// the data that it joined with, also after a restart; others get the newest.
func TestJoinedFederationKeepsItsData(t *testing.T) {
	s := newServer(t)
	s.policy += "[market]\nmax_collateral = \"2\"\n"
	stop := s.start()
	s.send(s.key, wire.KindJoin, wire.Join{Federation: "fine-joined", ID: blob.Hash{1}, Market: market, Dataset: "points", Expiry: 99})
	var joined wire.Joined
	s.next(wire.KindJoined, &joined)
	if joined.Reason != "" || joined.Data != blob.Sum(dataset) {
		t.Fatalf("joined %+v", joined)
	}
	grown := tensor.Dataset(tensor.FromFloats("x", []int{5, 2}, []float32{0, 1, 1, 0, 0, 2, 2, 0, 3, 3}),
		tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{5}, Data: []byte{0, 1, 0, 1, 1}}).Encode()
	grow := func() {
		s.device.SetDataset(t.Context(), edge.Dataset{Name: "points", Records: 5, Commitment: blob.Sum(grown), Content: grown})
	}
	grow()
	for s.device.InUse(t.Context(), "points", blob.Sum(grown)) != true || !s.device.InUse(t.Context(), "points", blob.Sum(dataset)) {
		t.Fatal("the old data are needed, and the new ones are the newest")
	}
	trained := func(federation string, round uint32) leaf.Leaf {
		t.Helper()
		task := s.task(round)
		task.Federation = federation
		s.send(s.key, wire.KindTask, task)
		var offer wire.Offer
		s.next(wire.KindOffer, &offer)
		l, err := leaf.Decode(offer.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		s.receipt(s.key, offer)
		return l
	}
	if l := trained("fine-joined", 1); l.Data != blob.Sum(dataset) || l.Samples != 4 {
		t.Errorf("the joined federation's leaf names %s with %d samples", l.Data.Short(), l.Samples)
	}
	if l := trained("fine-free", 1); l.Data != blob.Sum(grown) || l.Samples != 5 {
		t.Errorf("another's leaf names %s with %d samples", l.Data.Short(), l.Samples)
	}
	stop()
	defer s.start()()
	grow()
	if l := trained("fine-joined", 2); l.Data != blob.Sum(dataset) || l.Samples != 4 {
		t.Errorf("after a restart the joined federation's leaf names %s with %d samples", l.Data.Short(), l.Samples)
	}
}
