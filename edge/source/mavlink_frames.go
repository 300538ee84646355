package source

import (
	"bufio"
	"bytes"
	"crypto/subtle"
	"sync/atomic"

	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// mavlinkFrame is a frame whose checksum is right, and its signature, where one is wanted.
type mavlinkFrame struct {
	message           *mavlinkMessage
	system, component uint8
	payload           []byte // as long as the message is; without extensions in version 1
}

// frames finds frames in bytes: https://mavlink.io/en/guide/serialization.html. The
// library reads one from where it stands and consumes what turns out to be none, so
// that a byte of garbage can cost 280 of frames; so what it is given is whole.
type frames struct {
	key     *frame.V2Key // nil = signatures are not looked at
	signed  [256]uint64  // time of the last signature, by link
	skipped *atomic.Uint64
	astray  bool // in bytes that are no frame, counted already

	bytes  bytes.Reader
	reader frame.Reader
}

func newFrames(key *frame.V2Key, skipped *atomic.Uint64) (*frames, error) {
	f := &frames{key: key, skipped: skipped}
	f.reader.BufByteReader = bufio.NewReader(&f.bytes)
	return f, f.reader.Initialize()
}

// take hands the known frames in b to got, whose error it returns, and tells how many
// bytes are done with: behind them is the beginning of a frame, but none if b is whole,
// as a datagram is.
func (f *frames) take(b []byte, whole bool, got func(mavlinkFrame) error) (done int, err error) {
	for done < len(b) {
		rest := b[done:]
		size := frameSize(rest)
		if size > len(rest) && !whole {
			return done, nil
		}
		if size == 0 || size > len(rest) {
			f.stray()
			done++
			continue
		}
		astray := f.astray
		one, right, err := f.decode(rest[:size])
		if err != nil {
			return done, err
		}
		// A message that is not known has no checksum that could be verified, and a wrong
		// checksum can mean a wrong length: unless all was well up to it and another frame
		// seems to follow, look inside.
		if follows := size == len(rest) || frameSize(rest[size:]) > 0; !right && (astray || !follows) {
			f.stray()
			done++
			continue
		}
		done += size
		f.astray = false
		if one.message != nil {
			if err := got(one); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// frameSize gives the size of the frame that b begins with, more than len(b) if that is
// too little to tell, or 0 if it begins with none.
func frameSize(b []byte) int {
	switch {
	case b[0] != frame.V1MagicByte && b[0] != frame.V2MagicByte:
		return 0
	case len(b) < 3:
		return 3
	case b[0] == frame.V1MagicByte:
		return 8 + int(b[1])
	case b[2] == frame.V2FlagSigned:
		return 12 + 13 + int(b[1])
	case b[2] != 0: // flags that one must not ignore, and that mean nothing yet
		return 0
	}
	return 12 + int(b[1])
}

// decode reads a whole frame. Right is false for one whose checksum or signature is wrong,
// which is counted, or cannot be verified; the message is nil for one that is not for us.
func (f *frames) decode(b []byte) (one mavlinkFrame, right bool, err error) {
	f.bytes.Reset(b)
	f.reader.BufByteReader.Reset(&f.bytes)
	read, err := f.reader.Read()
	if err != nil {
		return one, false, err // BUG: frameSize and the library do not agree
	}
	raw := read.GetMessage().(*message.MessageRaw)
	m := messageOf(raw.ID)
	if m == nil {
		return one, false, nil
	}
	v2, two := read.(*frame.V2Frame)
	if read.GenerateChecksum(m.extra) != read.GetChecksum() || !two && len(raw.Payload) != m.size(false) {
		f.stray()
		return one, false, nil
	}
	if f.key != nil && two && v2.Signature != nil && !f.signedBy(v2) {
		f.stray() // no checksum covers a signature: it may have been cut off
		return one, false, nil
	}
	if f.key != nil && (!two || v2.Signature == nil || !f.later(v2)) {
		f.skipped.Add(1)
		return one, true, nil
	}
	if missing := m.size(true) - len(raw.Payload); two && missing > 0 {
		raw.Payload = append(raw.Payload, make([]byte, missing)...) // zeros at the end are not sent
	}
	return mavlinkFrame{m, read.GetSystemID(), read.GetComponentID(), raw.Payload}, true, nil
}

// signedBy verifies a signature, https://mavlink.io/en/guide/message_signing.html.
func (f *frames) signedBy(v2 *frame.V2Frame) bool {
	want := v2.GenerateSignature(f.key)
	return subtle.ConstantTimeCompare(want[:], v2.Signature[:]) == 1
}

// later tells whether a frame was signed after the last of its link: it is no replay.
func (f *frames) later(v2 *frame.V2Frame) bool {
	last := f.signed[v2.SignatureLinkID]
	f.signed[v2.SignatureLinkID] = max(last, v2.SignatureTimestamp)
	return v2.SignatureTimestamp > last
}

// stray counts a run of bytes that are no frame, once.
func (f *frames) stray() {
	if !f.astray {
		f.skipped.Add(1)
	}
	f.astray = true
}
