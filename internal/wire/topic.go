package wire

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// ErrTopic marks a topic outside Tadpole's tree.
var ErrTopic = errors.New("not a tadpole topic")

// Direction tells who publishes on a topic: a device (Up) or the aggregator
// (Down).
type Direction string

// The two directions.
const (
	Up   Direction = "up"
	Down Direction = "down"
)

const root = "tadpole/v1/"

// Topic is tadpole/v1/<fleet>/<device>/{up,down}/<kind>. A device may read and
// write its own subtree only, which a broker's ACL can hold by pattern.
type Topic struct {
	Fleet     string
	Device    key.Address
	Direction Direction
	Kind      Kind
}

func (t Topic) String() string {
	return root + t.Fleet + "/" + t.Device.String() + "/" + string(t.Direction) + "/" + string(t.Kind)
}

// ParseTopic is the inverse of Topic.String. Only the one spelling that String
// writes is taken, so that an ACL on the text is an ACL on the meaning.
func ParseTopic(text string) (Topic, error) {
	rest, found := strings.CutPrefix(text, root)
	parts := strings.Split(rest, "/")
	if !found || len(parts) != 4 {
		return Topic{}, fmt.Errorf("%w: %.120q, want %s<fleet>/<device>/{up,down}/<kind>", ErrTopic, text, root)
	}
	device, err := key.ParseAddress(parts[1])
	if err != nil {
		return Topic{}, fmt.Errorf("%w: %.120q: %w", ErrTopic, text, err)
	}
	t := Topic{Fleet: parts[0], Device: device, Direction: Direction(parts[2]), Kind: Kind(parts[3])}
	if CheckFleet(t.Fleet) != nil || (t.Direction != Up && t.Direction != Down) || t.Kind == "" || t.String() != text {
		return Topic{}, fmt.Errorf("%w: %.120q, want %s<fleet>/<device>/{up,down}/<kind>", ErrTopic, text, root)
	}
	return t, nil
}

// CheckFleet accepts a name of 1 to 64 lower-case letters, digits and dashes:
// it stands in topics, certificates and file names.
func CheckFleet(name string) error {
	valid := strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}) < 0
	if !valid || len(name) == 0 || len(name) > 64 {
		return fmt.Errorf("fleet name %.80q: use 1 to 64 of a-z, 0-9 and -", name)
	}
	return nil
}

// DeviceFilter is the MQTT filter of everything the aggregator sends to one
// device.
func DeviceFilter(fleet string, device key.Address) string {
	return root + fleet + "/" + device.String() + "/" + string(Down) + "/+"
}

// FleetFilter is the MQTT filter of everything the devices of a fleet send.
func FleetFilter(fleet string) string { return root + fleet + "/+/" + string(Up) + "/+" }
