package mqtt

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"testing/iotest"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// canned is a connection whose other side has said all it will say.
type canned struct {
	net.Conn
	io.Reader
}

func (c canned) Read(b []byte) (int, error) { return c.Reader.Read(b) }
func (c canned) Close() error               { return nil }

func publish(t testing.TB, size int) []byte {
	t.Helper()
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload = "t", make([]byte, size)
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLimitedRefusesLargePackets(t *testing.T) {
	const header = 3 // of the body: the topic's length and the topic
	for _, c := range []struct {
		sizes []int
		err   error
	}{
		{[]int{0, 1, 200, 1000 - header}, nil},
		{[]int{1000 - header + 1}, ErrTooLarge},
		{[]int{5, 0, 300000}, ErrTooLarge},
	} {
		var stream []byte
		for _, size := range c.sizes {
			stream = append(stream, publish(t, size)...)
		}
		for name, reader := range map[string]io.Reader{
			"whole": bytes.NewReader(stream), "byte by byte": iotest.OneByteReader(bytes.NewReader(stream)),
		} {
			got, err := io.ReadAll(&limited{Conn: canned{Reader: reader}, limit: 1000})
			if !errors.Is(err, c.err) || c.err == nil && !bytes.Equal(got, stream) {
				t.Errorf("%v %s: read %d of %d bytes, error %v, want %v", c.sizes, name, len(got), len(stream), err, c.err)
			}
		}
	}
}

// Whatever limited lets through, paho reads without a packet above the limit.
func FuzzLimited(f *testing.F) {
	f.Add(publish(f, 10))
	f.Add([]byte{0x30, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{0x30, 0x80, 0x80, 0x80, 0x80, 0x01})
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := &limited{Conn: canned{Reader: bytes.NewReader(stream)}, limit: 1000}
		for {
			p, err := packets.ReadPacket(r)
			if err != nil {
				return
			}
			if publish, ok := p.(*packets.PublishPacket); ok && publish.RemainingLength > 1000 {
				t.Fatalf("a packet of %d bytes passes", publish.RemainingLength)
			}
		}
	})
}
