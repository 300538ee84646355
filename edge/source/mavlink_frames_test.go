package source

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"sync/atomic"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// right puts right checksums into frames of known messages: most changes that a fuzzer
// makes break them.
func right(b []byte) []byte {
	b = bytes.Clone(b)
	for at := 0; at < len(b); at++ {
		size := frameSize(b[at:])
		if size == 0 || size > len(b)-at {
			continue
		}
		r := frame.Reader{BufByteReader: bufio.NewReader(bytes.NewReader(b[at : at+size]))}
		f, err := r.Read()
		if err != nil {
			continue
		}
		if m := messageOf(f.GetMessage().(*message.MessageRaw).ID); m != nil {
			end := at + size - 2
			if b[at] == frame.V2MagicByte && b[at+2] == frame.V2FlagSigned {
				end -= 13
			}
			binary.LittleEndian.PutUint16(b[end:], f.GenerateChecksum(m.extra))
			at += size - 1
		}
	}
	return b
}

func FuzzMAVLink(f *testing.F) {
	for _, text := range []string{
		"fe1c0001011ee8030000cdcccc3dcdcc4c3e9a99993ecdcccc3e0000003f9a99193fffff",             // ATTITUDE, version 1
		"fd1c00000001011e0000e8030000cdcccc3dcdcc4c3e9a99993ecdcccc3e0000003f9a99193fffff",     // version 2
		"fd010100000101690000010000" + "00000000000000000000000000" + "fd0100000001010200ffff", // signed; an id that is not known
		"fd00000000010102000000" + "00fe00fdfe03fd",
	} {
		b, err := hex.DecodeString(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, false)
		f.Add(append(b, b...), true)
	}
	f.Fuzz(func(t *testing.T, b []byte, signed bool) {
		var key *frame.V2Key
		if signed {
			key = new(frame.V2Key)
		}
		for _, b := range [][]byte{b, right(b)} {
			for _, whole := range []bool{true, false} {
				var skipped atomic.Uint64
				var clock bootClock
				found, err := newFrames(key, &skipped)
				if err != nil {
					t.Fatal(err)
				}
				n := 0
				done, err := found.take(b, whole, func(f mavlinkFrame) error {
					n++
					r := reading.Reading{Source: "fc", Time: clock.time(f, 1), Values: f.message.values(f.payload)}
					if len(r.Values) != len(f.message.channels()) {
						t.Errorf("%s: %d values", f.message.name, len(r.Values))
					}
					return r.Validate()
				})
				if err != nil || n+int(skipped.Load()) > len(b) || whole && done != len(b) || len(b)-done > 280 {
					t.Errorf("%d frames, %d skipped, %d of %d bytes done, %v", n, skipped.Load(), done, len(b), err)
				}
			}
		}
	})
}

func TestFramesAreCounted(t *testing.T) {
	decode := func(text string) []byte {
		t.Helper()
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one := right(decode("fe1c0001011ee8030000cdcccc3dcdcc4c3e9a99993ecdcccc3e0000003f9a99193fffff"))
	two := right(decode("fd1c00000001011e0000e8030000cdcccc3dcdcc4c3e9a99993ecdcccc3e0000003f9a99193fffff"))
	other := decode("fd0200000001012c0100" + "fdfe" + "1234") // of a message that is not known
	bad := bytes.Clone(two)
	bad[20] ^= 1
	key := frame.NewV2Key([]byte{1})
	sign := func(at uint64) []byte {
		b := append(bytes.Clone(two), make([]byte, 13)...)
		b[2] = frame.V2FlagSigned
		b = right(b)
		r := frame.Reader{BufByteReader: bufio.NewReader(bytes.NewReader(b))}
		f, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		v2 := f.(*frame.V2Frame)
		v2.SignatureTimestamp = at
		v2.Signature = v2.GenerateSignature(key)
		var out bytes.Buffer
		w := frame.Writer{ByteWriter: &out}
		if err := w.Initialize(); err != nil {
			t.Fatal(err)
		}
		if err := w.Write(v2); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	forged := sign(9)
	forged[len(forged)-1] ^= 1
	for name, c := range map[string]struct {
		parts   [][]byte
		key     *frame.V2Key
		want    int
		skipped uint64
	}{
		"both versions":    {[][]byte{one, two, one}, nil, 3, 0},
		"wrong checksums":  {[][]byte{one, bad, two, bad, bad, one}, nil, 3, 3},
		"not known":        {[][]byte{one, other, other, two}, nil, 2, 0},
		"garbage":          {[][]byte{{1, 2, 0xfd, 3}, one, {0xfe}, two, {5, 6}}, nil, 2, 3},
		"cut off":          {[][]byte{one[:20], two, two[:35], one}, nil, 2, 2},
		"signed, no key":   {[][]byte{sign(5), one}, nil, 2, 0},
		"signed":           {[][]byte{sign(5), sign(6), sign(6), sign(4), sign(7)}, key, 3, 2},
		"unsigned":         {[][]byte{one, two, sign(1)}, key, 1, 2},
		"forged":           {[][]byte{sign(5), forged, sign(6)}, key, 2, 1},
		"signature cut":    {[][]byte{sign(5)[:len(sign(5))-6], sign(6), sign(7)}, key, 2, 1},
		"flags to come":    {[][]byte{append([]byte{0xfd, 0, 2}, two[3:]...), one}, nil, 1, 1},
		"a length too few": {[][]byte{right(append([]byte{0xfe, 27}, one[2:]...)), two}, nil, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var skipped atomic.Uint64
			found, err := newFrames(c.key, &skipped)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			if _, err := found.take(bytes.Join(c.parts, nil), true, func(mavlinkFrame) error { n++; return nil }); err != nil || n != c.want || skipped.Load() != c.skipped {
				t.Errorf("%d frames, %d skipped, %v, want %d and %d", n, skipped.Load(), err, c.want, c.skipped)
			}
		})
	}
}

// An autopilot's time since its start is set against ours, until it tells its own.
func TestBootClock(t *testing.T) {
	stamped := func(id uint32, at ...uint64) mavlinkFrame {
		m := messageOf(id)
		payload := make([]byte, m.size(true))
		switch m.stamp {
		case timeBootMs:
			binary.LittleEndian.PutUint32(payload, uint32(at[0]))
		case timeSystem:
			binary.LittleEndian.PutUint32(payload[8:], uint32(at[1]))
			fallthrough
		default:
			binary.LittleEndian.PutUint64(payload, at[0])
		}
		return mavlinkFrame{message: m, payload: payload}
	}
	const attitude, imu, system, hud = 30, 105, 2, 74
	const now, second = int64(1_800_000_000e9), int64(1e9)
	var clock bootClock
	for i, c := range []struct {
		f              mavlinkFrame
		received, want int64
	}{
		{stamped(hud, 0), now, now},
		{stamped(attitude, 5000), now, now},
		{stamped(attitude, 5020), now + second, now + second/50},       // late on its way
		{stamped(imu, 5_040_000), now + second, now + second/25},       // microseconds, the same clock
		{stamped(imu, 1_700_000_000e6), now + second, 1_700_000_000e9}, // since 1970
		{stamped(imu, 1<<63), now + second, now + second},              // never
		{stamped(attitude, 100_000), now + 9*second, now + 9*second},   // too far from ours
		{stamped(system, 0, 100_100), now + 9*second, now + 9*second},  // it does not know
		{stamped(system, 1_600_000_000e6, 100_000), now, 1_600_000_000e9},
		{stamped(attitude, 101_000), now, 1_600_000_001e9},
		{stamped(attitude, 1000), now + 20*second, now + 20*second}, // it began anew
		{stamped(attitude, 2000), now + 20*second, now + 21*second},
	} {
		if got := clock.time(c.f, c.received); got != c.want {
			t.Errorf("message %d is at %d, want %d", i, got, c.want)
		}
	}
}
