package source

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// MAVLink is one autopilot on a MAVLink link, of version 1 or 2. Each of its messages is
// a source of its own, NAME.attitude for ATTITUDE, with a reading a message: its
// channels are the message's fields but its time, by their names in common.xml; those of
// an array are voltages[0] and so on. Values are in SI units whatever the name or the
// wire says: metres, seconds, rad as they are sent, m/s², teslas, pascals, volts,
// amperes, coulombs, joules; but degrees where the wire has fractions of degrees, °C, and
// percents. What the autopilot does not know, and extensions that version 1 has not, are
// NaN.
//
// The time of a reading is the message's own where that is since 1970. One since the
// autopilot's start is set against its SYSTEM_TIME, and before there is one against this
// device's clock when the first message came, so that intervals are the autopilot's; it
// is set anew where both differ by more than a minute or the autopilot starts anew.
// Messages without a time have that at which they were received: by UDP the kernel's,
// otherwise that at which they were read, which is up to Latency later.
//
// Nothing is ever sent but, if so wanted, a HEARTBEAT each second, without which routers
// forward nothing. Anybody who can reach an open UDP port can send readings: listen on
// 127.0.0.1 behind a router, or have messages signed.
type MAVLink struct {
	Name      string
	Link      string // as pymavlink has it: udpin:host:port to listen, udpout:host:port, tcp:host:port, or a serial line's path
	Baud      uint32 // of a serial line; 0 = 57600
	Messages  []string
	System    uint8         // whose messages are read; 0 = 1, which is an autopilot's default
	Component uint8         // 0 = 1, an autopilot
	Key       []byte        // 32 bytes: messages without a right signature by it are skipped; nil = signatures are not looked at
	Latency   time.Duration // how late readings may be, so that several are read at once
	Heartbeat bool          // send one as the system's onboard controller (component 191), signed if there is a key
}

// autopilot is an open MAVLink.
type autopilot struct {
	MAVLink
	key     *frame.V2Key
	wanted  map[uint32]string // names of the sources, by their message's id
	skipped atomic.Uint64
	clock   bootClock
}

// MAVLinkMessages names the messages that MAVLink reads.
func MAVLinkMessages() (names []string) {
	for _, m := range mavlinkMessages {
		names = append(names, m.name)
	}
	return names
}

// Open checks what it is told. Run opens the link.
func (m MAVLink) Open() (Bundle, error) {
	a := &autopilot{MAVLink: m, wanted: map[uint32]string{}}
	err := checkLink(m.Link)
	if len(m.Messages) == 0 {
		err = errors.Join(err, errors.New("no messages: name those to be read"))
	}
	for _, name := range m.Messages {
		i := slices.IndexFunc(mavlinkMessages, func(m mavlinkMessage) bool { return m.name == name })
		if i < 0 {
			err = errors.Join(err, fmt.Errorf("message %.40q is not among %v", name, MAVLinkMessages()))
			continue
		}
		source := m.Name + "." + strings.ToLower(name)
		a.wanted[mavlinkMessages[i].id] = source
		err = errors.Join(err, reading.Reading{Source: source}.Validate())
	}
	if m.Latency < 0 {
		err = errors.Join(err, fmt.Errorf("latency %v, want at least 0", m.Latency))
	}
	switch len(m.Key) {
	case 0:
	case 32:
		a.key = frame.NewV2Key(m.Key)
	default:
		err = errors.Join(err, fmt.Errorf("key of %d bytes, want 32", len(m.Key)))
	}
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", m.Name, err)
	}
	if a.System == 0 {
		a.System = 1
	}
	if a.Component == 0 {
		a.Component = 1
	}
	return a, nil
}

// Channels names the fields of each message, by the name of its source.
func (a *autopilot) Channels() map[string][]string {
	channels := map[string][]string{}
	for id, source := range a.wanted {
		channels[source] = messageOf(id).channels()
	}
	return channels
}

// Skipped counts runs of bytes that are no frame, or one with a wrong checksum, and
// frames whose signature is missing, wrong or old.
func (a *autopilot) Skipped() uint64 { return a.skipped.Load() }

// maxDatagram bounds what is read at once.
const maxDatagram = 64 << 10

// Run reads until ctx ends or the link does, which is an error.
func (a *autopilot) Run(ctx context.Context, emit func(reading.Reading) error) (err error) {
	link, err := openLink(ctx, a.Link, a.Baud)
	if err != nil {
		return fmt.Errorf("read source %s: open %s: %w", a.Name, a.Link, err)
	}
	defer link.Close()
	defer context.AfterFunc(ctx, func() { link.Close() })()
	defer func() {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
	}()
	if a.Heartbeat {
		beating, end := context.WithCancel(ctx)
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			a.beat(beating, link)
		}()
		defer func() {
			end()
			link.Close() // a write to a serial line can wait
			<-stopped
		}()
	}
	found, err := newFrames(a.key, &a.skipped)
	if err != nil {
		return fmt.Errorf("read source %s: %w", a.Name, err)
	}
	var refused error
	buffer, held := make([]byte, maxDatagram), 0
	from := link.rested(ctx, a.Latency)
	for {
		n, err := from.Read(buffer[held:])
		held += n
		received := time.Now().UnixNano()
		if link.socket != nil {
			received = link.socket.came
		}
		done, bad := found.take(buffer[:held], link.socket != nil, func(f mavlinkFrame) error {
			if f.system != a.System || f.component != a.Component {
				return nil
			}
			if link.socket != nil {
				link.socket.accept()
			}
			at := a.clock.time(f, received)
			if source, wanted := a.wanted[f.message.id]; wanted {
				refused = emit(reading.Reading{Source: source, Time: at, Values: f.message.values(f.payload)})
			}
			return refused
		})
		switch {
		case refused != nil:
			return refused
		case bad != nil:
			return fmt.Errorf("read source %s: %w", a.Name, bad)
		case errors.Is(err, io.EOF):
			return fmt.Errorf("read source %s: %s has hung up: %w", a.Name, a.Link, io.ErrUnexpectedEOF)
		case err != nil:
			return fmt.Errorf("read source %s: %s: %w", a.Name, a.Link, err)
		}
		held = copy(buffer, buffer[done:held])
	}
}

// What the device says that it is: https://mavlink.io/en/messages/common.html#HEARTBEAT.
const (
	onboardComputer   = 191 // MAV_COMP_ID_ONBOARD_COMPUTER
	onboardController = 18  // MAV_TYPE_ONBOARD_CONTROLLER
	noAutopilot       = 8   // MAV_AUTOPILOT_INVALID
	active            = 4   // MAV_STATE_ACTIVE
	mavlinkVersion    = 3
)

// beat sends a heartbeat at once and then each second. Where one cannot be sent, Run
// finds out whether the link is broken.
func (a *autopilot) beat(ctx context.Context, link io.Writer) {
	w := frame.Writer{ByteWriter: link}
	if w.Initialize() != nil {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for sequence := byte(0); ; sequence++ {
		f := &frame.V2Frame{SequenceNumber: sequence, SystemID: a.System, ComponentID: onboardComputer,
			Message: &message.MessageRaw{ID: 0, Payload: []byte{0, 0, 0, 0, onboardController, noAutopilot, 0, active, mavlinkVersion}}}
		if a.key != nil {
			f.IncompatibilityFlag = frame.V2FlagSigned
			f.SignatureTimestamp = uint64(time.Since(signatureEpoch) / (10 * time.Microsecond))
		}
		f.Checksum = f.GenerateChecksum(messageOf(0).extra)
		if a.key != nil {
			f.Signature = f.GenerateSignature(a.key)
		}
		_ = w.Write(f)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// signatureEpoch is when the time of signatures begins.
var signatureEpoch = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)

// maxSkew is by how much an autopilot's time may differ from ours before it said what
// time it is.
const maxSkew = time.Minute

// bootClock tells when something was, by the autopilot's time since its start.
type bootClock struct {
	start  int64 // nanoseconds since 1970
	known  bool
	told   bool          // by the autopilot, else guessed
	latest time.Duration // since its start
}

// time gives a frame's, in nanoseconds since 1970.
func (c *bootClock) time(f mavlinkFrame, received int64) int64 {
	switch f.message.stamp {
	case timeBootMs:
		return c.since(time.Duration(binary.LittleEndian.Uint32(f.payload))*time.Millisecond, received)
	case timeUsec:
		at, ok := sinceEpoch(binary.LittleEndian.Uint64(f.payload))
		if ok && at < signatureEpoch.UnixNano() {
			return c.since(time.Duration(at), received)
		} else if ok {
			return at
		}
	case timeSystem:
		boot := time.Duration(binary.LittleEndian.Uint32(f.payload[8:])) * time.Millisecond
		if at, ok := sinceEpoch(binary.LittleEndian.Uint64(f.payload)); ok && at >= signatureEpoch.UnixNano() {
			c.start, c.known, c.told, c.latest = at-int64(boot), true, true, boot
			return at
		}
	}
	return received
}

// since places a time since the autopilot's start.
func (c *bootClock) since(boot time.Duration, received int64) int64 {
	again := boot < c.latest-10*time.Second // more than messages overtake each other by
	at := c.start + int64(boot)
	if !c.known || again || !c.told && time.Duration(received-at).Abs() > maxSkew {
		c.start, c.known, c.told, c.latest = received-int64(boot), true, false, boot
		return received
	}
	c.latest = max(c.latest, boot)
	return at
}

// sinceEpoch gives microseconds in nanoseconds, if they hold them.
func sinceEpoch(microseconds uint64) (int64, bool) {
	return int64(microseconds) * 1000, microseconds < 1<<63/1000
}
