package market

import (
	"errors"
	"math/big"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
)

// What owners earn follows from the chain's events and the leaves alone.
func TestCourseCountsLeavesThatStand(t *testing.T) {
	device, owner := key.Address{1}, key.Address{9}
	good := leaf.Leaf{Chain: 5, Contract: key.Address{7}, Federation: blob.Hash{1}, Round: 3, Device: device, Owner: owner,
		BaseModel: blob.Hash{2}, Module: blob.Hash{3}, Data: blob.Hash{4}, Samples: 1, Fuel: 2_500_000}
	for name, c := range map[string]struct {
		leaf   func(*leaf.Leaf)
		course func(*Course)
		want   int64
	}{
		"good":                       {want: 100},
		"metered":                    {course: func(c *Course) { c.rate = big.NewInt(10) }, want: 25},
		"metered, at most the fee":   {course: func(c *Course) { c.rate = big.NewInt(1000) }, want: 100},
		"metered, rounded down":      {leaf: func(l *leaf.Leaf) { l.Fuel = 1_999_999 }, course: func(c *Course) { c.rate = big.NewInt(1) }, want: 1},
		"another chain":              {leaf: func(l *leaf.Leaf) { l.Chain++ }},
		"another contract":           {leaf: func(l *leaf.Leaf) { l.Contract[0]++ }},
		"another federation":         {leaf: func(l *leaf.Leaf) { l.Federation[0]++ }},
		"another round":              {leaf: func(l *leaf.Leaf) { l.Round++ }},
		"another base model":         {leaf: func(l *leaf.Leaf) { l.BaseModel[0]++ }},
		"another module":             {leaf: func(l *leaf.Leaf) { l.Module[0]++ }},
		"other data":                 {leaf: func(l *leaf.Leaf) { l.Data[0]++ }},
		"another owner":              {leaf: func(l *leaf.Leaf) { l.Owner[0]++ }},
		"no member":                  {leaf: func(l *leaf.Leaf) { l.Device[0]++ }},
		"refuted":                    {course: func(c *Course) { c.Rounds[0].unpaid[device] = true }},
		"faulty":                     {course: func(c *Course) { c.Rounds[0].faulty[0] = true }},
		"another leaf is faulty":     {course: func(c *Course) { c.Rounds[0].faulty[1] = true }, want: 100},
		"joined later":               {course: func(c *Course) { c.members[device][0].joinedAt = 1001 }},
		"joined at the commitment":   {course: func(c *Course) { c.members[device][0].joinedAt = 1000 }, want: 100},
		"left a window before":       {course: func(c *Course) { c.leave(device, 970) }, want: 100},
		"left more than that before": {course: func(c *Course) { c.leave(device, 969) }},
		"joined anew since, by another owner": {course: func(c *Course) {
			c.leave(device, 1100)
			c.members[device] = append(c.members[device], membership{owner: key.Address{8}, joinedAt: 2000})
		}, want: 100},
		"joined anew before, by another owner": {course: func(c *Course) {
			c.leave(device, 800)
			c.members[device] = append(c.members[device], membership{owner: key.Address{8}, joinedAt: 900})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := good
			if c.leaf != nil {
				c.leaf(&l)
			}
			course := &Course{Federation: blob.Hash{0xff}, addresses: Addresses{Chain: 5, Rounds: key.Address{7}}, name: blob.Hash{1}, module: blob.Hash{3},
				fee: big.NewInt(100), rate: new(big.Int), checkWindow: 30,
				members: map[key.Address][]membership{device: {{owner: owner, data: blob.Hash{4}, joinedAt: 500}}},
				Rounds: []SettledRound{{Round: Round{Round: 3, Base: blob.Hash{2}, Root: merkle.Root([]merkle.Hash{l.Hash()}), Count: 1},
					committedAt: 1000, unpaid: map[key.Address]bool{}, faulty: map[uint64]bool{}}}}
			if c.course != nil {
				c.course(course)
			}
			claims, err := course.Claims([][][]byte{{l.Encode()}})
			if err != nil || claims.Total.Cmp(big.NewInt(c.want)) != 0 {
				t.Errorf("earned %v, %v; want %d", claims.Total, err, c.want)
			}
			if _, err := course.Claims([][][]byte{{good.Encode(), l.Encode()}}); !errors.Is(err, ErrLeaves) {
				t.Errorf("other leaves than were committed: %v", err)
			}
			if _, err := course.Claims(nil); err == nil {
				t.Error("leaves of no round were taken for all")
			}
		})
	}
}
