package broker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const (
	protocol     = 4    // MQTT 3.1.1
	maxKeepAlive = 1200 // seconds; none at all would leave half-open connections for ever
	maxRetained  = 256  // bytes of a retained status
)

// rules is mochi's hook for all decisions: who may connect, publish and
// subscribe, and when a device must wait.
type rules struct {
	mqtt.HookBase
	fleet     string
	authorize func(key.Address) bool
	server    *mqtt.Server
	pressure  *pressure
	log       *slog.Logger
	refused   atomic.Uint64
}

func newRules(c Config, server *mqtt.Server) *rules {
	return &rules{fleet: c.Fleet, authorize: c.Authorize, server: server, pressure: newPressure(linkWindow), log: c.Logger}
}

// ID implements mqtt.Hook.
func (r *rules) ID() string { return "tadpole-rules" }

// Provides implements mqtt.Hook.
func (r *rules) Provides(event byte) bool {
	switch event {
	case mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnSessionEstablish, mqtt.OnSessionEstablished,
		mqtt.OnPublish, mqtt.OnPacketProcessed, mqtt.OnDisconnect:
		return true
	}
	return false
}

// OnConnectAuthenticate implements mqtt.Hook.
func (r *rules) OnConnectAuthenticate(cl *mqtt.Client, pk packets.Packet) bool {
	if isLink(cl) {
		return true
	}
	if err := r.mayConnect(cl, pk); err != nil {
		r.refuse("connect", cl, err)
		return false
	}
	return true
}

func (r *rules) mayConnect(cl *mqtt.Client, pk packets.Packet) error {
	conn, ok := cl.Net.Conn.(*tls.Conn)
	if !ok {
		return errors.New("not over TLS")
	}
	// The CONNECT packet came through it, so the handshake is complete.
	state := conn.ConnectionState()
	if len(state.VerifiedChains) == 0 {
		return errors.New("no verified certificate")
	}
	name := state.PeerCertificates[0].Subject.CommonName
	device, err := key.ParseAddress(name)
	if err != nil {
		return fmt.Errorf("certificate's common name: %w", err)
	}
	switch {
	case device.String() != cl.ID:
		return fmt.Errorf("client id %.64q with the certificate of %s", cl.ID, device)
	case pk.ProtocolVersion != protocol:
		return fmt.Errorf("protocol version %d, want %d (MQTT 3.1.1)", pk.ProtocolVersion, protocol)
	case pk.Connect.Keepalive == 0 || pk.Connect.Keepalive > maxKeepAlive:
		return fmt.Errorf("keep-alive of %d s, want 1 to %d", pk.Connect.Keepalive, maxKeepAlive)
	case !r.authorize(device):
		return errors.New("not enrolled, or removed")
	case !pk.Connect.WillFlag:
		return nil
	}
	// mochi sends wills without asking OnACLCheck or OnPublish.
	topic, err := r.mayPublish(device, pk.Connect.WillTopic)
	if err != nil {
		return fmt.Errorf("last will: %w", err)
	}
	if pk.Connect.WillRetain && !mayRetain(topic, pk.Connect.WillPayload) {
		return fmt.Errorf("last will: only a short status may be retained, not %d bytes of %.20q", len(pk.Connect.WillPayload), topic.Kind)
	}
	return nil
}

// OnACLCheck implements mqtt.Hook. For reading it is asked twice: about the
// filter at subscription, and about the topic at every delivery.
func (r *rules) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	if isLink(cl) {
		return true
	}
	device, err := key.ParseAddress(cl.ID)
	if err == nil && write {
		_, err = r.mayPublish(device, topic)
	} else if err == nil {
		err = r.mayRead(device, topic)
	}
	if err != nil {
		r.refuse("topic", cl, err)
		return false
	}
	return true
}

func (r *rules) mayPublish(device key.Address, text string) (wire.Topic, error) {
	topic, err := wire.ParseTopic(text)
	if err == nil && (topic.Fleet != r.fleet || topic.Device != device || topic.Direction != wire.Up) {
		err = fmt.Errorf("publish on %.120q: another's topic", text)
	}
	return topic, err
}

func (r *rules) mayRead(device key.Address, text string) error {
	if text == wire.DeviceFilter(r.fleet, device) {
		return nil
	}
	topic, err := wire.ParseTopic(text)
	if err == nil && (topic.Fleet != r.fleet || topic.Device != device || topic.Direction != wire.Down) {
		err = fmt.Errorf("read %.120q: another's topic", text)
	}
	return err
}

func mayRetain(topic wire.Topic, payload []byte) bool {
	return topic.Kind == wire.KindStatus && len(payload) <= maxRetained
}

// OnSessionEstablish implements mqtt.Hook: it ends the device's earlier
// connection, if there is one. mochi would do that too, but goes on before the
// old one has gone, which then may take the new one's subscription and place in
// the index with it.
func (r *rules) OnSessionEstablish(cl *mqtt.Client, _ packets.Packet) {
	cl.Properties.Clean = true
	old, found := r.server.Clients.Get(cl.ID)
	if !found {
		return
	}
	if !old.Closed() {
		// Its will would say offline of a device that is here.
		atomic.StoreUint32(&old.Properties.Will.Flag, 0)
		old.Stop(packets.ErrSessionTakenOver)
	}
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if still, found := r.server.Clients.Get(cl.ID); !found || still != old {
			return
		}
	}
}

// OnSessionEstablished implements mqtt.Hook. A device that was removed between
// its authentication and its entry in mochi's index is caught here: Disconnect
// could not see it.
func (r *rules) OnSessionEstablished(cl *mqtt.Client, _ packets.Packet) {
	if isLink(cl) {
		r.pressure.addLink(cl)
		return
	}
	if device, err := key.ParseAddress(cl.ID); err != nil || !r.authorize(device) {
		r.refuse("connect", cl, errors.New("removed meanwhile"))
		cl.Stop(packets.ErrNotAuthorized)
	}
}

// OnPublish implements mqtt.Hook. The topic was checked before.
func (r *rules) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if isLink(cl) {
		return pk, nil
	}
	if pk.FixedHeader.Qos == 0 {
		// No window bounds it: one device could flood the aggregator.
		r.refuse("publish", cl, errors.New("QoS 0, want 1"))
		return pk, packets.ErrRejectPacket
	}
	if pk.FixedHeader.Retain {
		if topic, err := wire.ParseTopic(pk.TopicName); err != nil || !mayRetain(topic, pk.Payload) {
			r.refuse("retain", cl, fmt.Errorf("%d bytes on %.120q", len(pk.Payload), pk.TopicName))
			pk.FixedHeader.Retain = false
		}
	}
	if !r.pressure.enter(cl) {
		r.log.Warn("the aggregator is behind: disconnecting a device", "device", cl.ID)
		cl.Stop(packets.ErrServerBusy)
		return pk, packets.ErrRejectPacket // without an acknowledgement
	}
	return pk, nil
}

// OnPacketProcessed implements mqtt.Hook.
func (r *rules) OnPacketProcessed(cl *mqtt.Client, _ packets.Packet, _ error) { r.pressure.leave(cl) }

// OnDisconnect implements mqtt.Hook.
func (r *rules) OnDisconnect(cl *mqtt.Client, _ error, _ bool) { r.pressure.drop(cl) }

func (r *rules) refuse(what string, cl *mqtt.Client, err error) {
	r.refused.Add(1)
	r.log.Debug("broker refused", "what", what, "client", cl.ID, "from", cl.Net.Remote, "error", err)
}

func isLink(cl *mqtt.Client) bool { return cl.Net.Listener == linkListener }
