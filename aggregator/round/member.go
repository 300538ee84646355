package round

import "github.com/tadpole-edge/tadpole/internal/key"

// Standing is what became of one device in this round.
type Standing uint8

// The standings, in the order in which a device goes through them.
const (
	Asked    Standing = iota
	Accepted          // its update is in the sum
	Refused           // by the device or its owner's policy
	Rejected          // its update was bad
	Surplus           // the round was full or over before its update came
)

func (s Standing) String() string {
	return [...]string{"asked", "accepted", "refused", "rejected", "surplus"}[s]
}

// Member is one selected device.
type Member struct {
	Device   key.Address `cbor:"1,keyasint"`
	Standing Standing    `cbor:"2,keyasint"`
	Reason   string      `cbor:"3,keyasint,omitempty"`
}
