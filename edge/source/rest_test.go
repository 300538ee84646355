package source_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// kernel is a link's buffer, as a serial line's or a socket's.
type kernel struct {
	size      int // bytes, or datagrams
	datagrams bool

	mu   sync.Mutex
	kept [][]byte
	used int
	came chan struct{} // holds one; closed at the end
	lost int

	watched bool
}

func newKernel(size int, datagrams bool) *kernel {
	return &kernel{size: size, datagrams: datagrams, came: make(chan struct{}, 1)}
}

func (k *kernel) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.used += k.count(b); k.used > k.size {
		k.used -= k.count(b)
		k.lost++
		return len(b), nil
	}
	k.kept = append(k.kept, bytes.Clone(b))
	select {
	case k.came <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (k *kernel) end() {
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.came)
}

// count is what takes room.
func (k *kernel) count(b []byte) int {
	if k.datagrams {
		return 1
	}
	return len(b)
}

func (k *kernel) waiting() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.kept) > 0
}

// await notes that somebody watches the link, which is told of all that comes from then on.
func (k *kernel) await(b []byte) (int, error) {
	k.watched = true
	for {
		if n, err := k.try(b); !errors.Is(err, unix.EAGAIN) {
			return n, err
		}
		if _, open := <-k.came; !open && !k.waiting() {
			return 0, io.EOF
		}
	}
}

func (k *kernel) ignore() { k.watched = false }

func (k *kernel) try(b []byte) (int, error) {
	if !k.waiting() {
		return 0, unix.EAGAIN
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.datagrams {
		n := copy(b, k.kept[0])
		k.kept = k.kept[1:]
		k.used--
		return n, nil
	}
	all := bytes.Join(k.kept, nil)
	n := copy(b, all)
	k.used -= n
	k.kept = nil
	if n < len(all) {
		k.kept = [][]byte{all[n:]}
	}
	return n, nil
}

// What comes has a number in each 8 bytes.
const word = 8

// rate is chunks of some words, so often.
type rate struct {
	every time.Duration
	words int
}

// Where little comes there is a rest between reads, which takes in what came meanwhile;
// where much comes there is none. Nothing is lost or out of order or later than it may be.
func TestRestsBetweenReads(t *testing.T) {
	const latency, during = 50 * time.Millisecond, 3 * time.Second
	for name, c := range map[string]struct {
		rate
		datagrams bool
		size      int
		wakes     int // at most, a second
		least     int
	}{
		"a serial line, 100 a second":       {rate{10 * time.Millisecond, 5}, false, 4096, 21, 18},
		"a serial line, once a second":      {rate{time.Second, 60}, false, 4096, 2, 1},
		"a serial line at 115200 baud":      {rate{time.Millisecond, 1}, false, 4096, 21, 18},
		"a serial line at 921600 baud":      {rate{time.Millisecond, 11}, false, 4096, 1001, 40},
		"datagrams, 100 a second":           {rate{10 * time.Millisecond, 5}, true, 92, 21, 18},
		"datagrams, 500 a second":           {rate{2 * time.Millisecond, 5}, true, 92, 21, 18},
		"datagrams, 1500 a second":          {rate{time.Second / 1500, 5}, true, 92, 1501, 1000},
		"large datagrams, 4000 a second":    {rate{250 * time.Microsecond, 180}, true, 512, 4001, 3000},
		"datagrams in bursts, twice a rest": {rate{25 * time.Millisecond, 5}, true, 92, 21, 18},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				link := newKernel(c.size, c.datagrams)
				begin, total := time.Now(), int(during/c.every)*c.words
				go func() {
					defer link.end()
					for n := 0; n < total; time.Sleep(c.every) {
						var chunk []byte
						for range c.words {
							chunk = binary.BigEndian.AppendUint64(chunk, uint64(n))
							n++
						}
						link.Write(chunk)
					}
				}()
				latency := latency
				if !c.datagrams {
					latency = source.RestOf(uint32(c.words*word*10)*uint32(time.Second/c.every), latency)
				}
				r := link.rested(t.Context(), latency)
				buffer, held, next, reads, last := make([]byte, 64<<10), 0, 0, 0, time.Time{}
				for {
					n, err := r.Read(buffer[held:])
					if errors.Is(err, io.EOF) {
						break
					}
					if now := time.Now(); now != last {
						if !link.watched && now.Sub(last) < latency {
							t.Fatalf("read %v after the last time", now.Sub(last))
						}
						reads, last = reads+1, now
					}
					b := buffer[:held+n]
					for ; len(b) >= word; b = b[word:] {
						if got := binary.BigEndian.Uint64(b); got != uint64(next) {
							t.Fatalf("got %d, want %d", got, next)
						}
						if late := time.Since(begin) - time.Duration(next/c.words)*c.every; late > latency {
							t.Fatalf("%d came %v late", next, late)
						}
						next++
					}
					held = copy(buffer, b)
				}
				if wakes := reads / int(during/time.Second); wakes > c.wakes || wakes < c.least || link.lost > 0 || next != total {
					t.Errorf("%d of %d in %d wakes a second, want %d to %d, %d lost", next, total, wakes, c.least, c.wakes, link.lost)
				}
			})
		})
	}
}

func (k *kernel) rested(ctx context.Context, latency time.Duration) io.Reader {
	return source.Rested(ctx, source.Descriptor{Try: k.try, Await: k.await, Ignore: k.ignore}, latency, k.datagrams)
}

// A flood that begins after quiet is read without rests before the kernel is full.
func TestRestsEndInAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		link := newKernel(4096+64<<10, false)
		r := link.rested(t.Context(), 50*time.Millisecond)
		go func() {
			defer link.end()
			for range 100 {
				link.Write(make([]byte, 10))
				time.Sleep(10 * time.Millisecond)
			}
			for range 10_000 {
				link.Write(make([]byte, 1000)) // a megabyte a second
				time.Sleep(time.Millisecond)
			}
		}()
		if n, err := io.Copy(io.Discard, r); err != nil || n != 100*10+10_000*1000 || link.lost > 0 {
			t.Errorf("%d bytes, %v, %d chunks lost", n, err, link.lost)
		}
	})
}

func TestRestEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		link := newKernel(4096, false)
		r := link.rested(ctx, time.Hour)
		context.AfterFunc(ctx, link.end)
		link.Write([]byte("a"))
		begin := time.Now()
		if b, err := io.ReadAll(r); string(b) != "a" || err != nil || time.Since(begin) != time.Second {
			t.Errorf("%q, %v after %v", b, err, time.Since(begin))
		}
	})
}

// A replay, as a simulated drone, gives what is due together: never early, never later
// than it may be.
func TestReadingsComeTogether(t *testing.T) {
	const latency = 50 * time.Millisecond
	var text strings.Builder
	text.WriteString("t,v\n")
	for i := range 1000 {
		fmt.Fprintf(&text, "%d,%d\n", 10*i, i)
	}
	replay, err := source.Table{Name: "s", Input: strings.NewReader(text.String()), Time: "t", Unit: source.Milliseconds, Values: []string{"v"}, Speed: 1, Latency: latency}.Open()
	if err != nil {
		t.Fatal(err)
	}
	drone, err := source.Drone{Name: "s", Duration: 10 * time.Second, Begin: 1, Latency: latency}.Open()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]source.Source{"replay": replay, "drone": drone} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin, wakes, last, previous := time.Now(), 0, time.Time{}, int64(math.MinInt64)
				first := int64(-1)
				err := s.Run(t.Context(), func(r reading.Reading) error {
					if first < 0 {
						first = r.Time
					}
					if late := time.Since(begin) - time.Duration(r.Time-first); late < 0 || late > latency || r.Time <= previous {
						t.Fatalf("the reading of %d behind that of %d came %v late", r.Time, previous, late)
					}
					previous = r.Time
					if now := time.Now(); now != last {
						wakes, last = wakes+1, now
					}
					return nil
				})
				if err != nil || wakes > 200 || wakes < 150 {
					t.Errorf("%d wakes in 10 s, %v, want up to 20 a second", wakes, err)
				}
			})
		})
	}
}

// A replay that is held up goes on as it was recorded, and does not make up for hours.
func TestReplayThatIsHeldUp(t *testing.T) {
	s := opened(t, source.Table{Name: "s", Input: strings.NewReader("t,v\n0,0\n1,1\n2,2\n3,3\n"), Time: "t", Unit: source.Seconds, Values: []string{"v"}, Speed: 1})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var at []time.Duration
		err := s.Run(t.Context(), func(r reading.Reading) error {
			at = append(at, time.Since(begin))
			if r.Values[0] == 1 {
				time.Sleep(time.Hour)
			}
			return nil
		})
		if err != nil || len(at) != 4 || at[2] != time.Hour+2*time.Second || at[3] != time.Hour+3*time.Second {
			t.Errorf("readings at %v, %v", at, err)
		}
	})
}

// heartbeats are messages without a time, of which each says its number.
func heartbeats(n int) (frames [][]byte) {
	for i := range n {
		b := make([]byte, 12+9)
		copy(b, []byte{0xfd, 9, 0, 0, 0, 1, 1})
		binary.LittleEndian.PutUint32(b[10:], uint32(i+1))
		b[18] = 3 // of MAVLink; a zero at the end would not be sent
		frames = append(frames, source.Right(b))
	}
	return frames
}

// Datagrams have the time at which they came, however late they are read.
func TestDatagramsHaveTheTimeTheyCame(t *testing.T) {
	const latency, messages, wanted = time.Second, 20, 6
	address := udpPort(t)
	for _, kind := range []string{"udpin", "udpout"} {
		t.Run(kind, func(t *testing.T) {
			link, err := source.MAVLink{Name: "fc", Link: kind + ":" + address, Messages: []string{"HEARTBEAT"}, Heartbeat: true, Latency: latency}.Open()
			if err != nil {
				t.Fatal(err)
			}
			send := autopilotOn(t, kind, address)
			var mu sync.Mutex
			sent := map[float64]time.Time{} // by number
			var peer sync.WaitGroup
			defer peer.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			peer.Go(func() {
				for i, f := range heartbeats(messages) {
					for {
						mu.Lock()
						sent[float64(i+1)] = time.Now()
						mu.Unlock()
						if err := send(f); err == nil || ctx.Err() != nil {
							break
						}
						time.Sleep(time.Millisecond)
					}
					time.Sleep(20 * time.Millisecond)
				}
			})
			// What is sent before the link is open is lost. What comes first is read at once.
			n, last, waited := 0, 0.0, false
			err = link.Run(ctx, func(r reading.Reading) error {
				n++
				if r.Values[0] != last+1 && n > 1 {
					return fmt.Errorf("reading %v after number %v", r, last)
				}
				last = r.Values[0]
				mu.Lock()
				off := time.Unix(0, r.Time).Sub(sent[last])
				mu.Unlock()
				if off < -10*time.Millisecond || off > 200*time.Millisecond {
					return fmt.Errorf("reading %d has a time that is %v off", n, off)
				}
				waited = waited || time.Since(time.Unix(0, r.Time)) > 300*time.Millisecond
				if n == wanted {
					return errEnough
				}
				return nil
			})
			if !errors.Is(err, errEnough) || !waited {
				t.Errorf("%d readings, %v; waited: %v", n, err, waited)
			}
		})
	}
}

// autopilotOn gives what sends to a link. One that is dialled answers who spoke to it.
func autopilotOn(t *testing.T, kind, address string) (send func([]byte) error) {
	t.Helper()
	if kind == "udpin" {
		c, err := net.Dial("udp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return func(b []byte) error { _, err := c.Write(b); return err }
	}
	c, err := net.ListenPacket("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	var peer net.Addr
	return func(b []byte) (err error) {
		if peer == nil {
			c.SetReadDeadline(time.Now().Add(5 * time.Second))
			if _, peer, err = c.ReadFrom(make([]byte, 300)); err != nil {
				return err
			}
		}
		_, err = c.WriteTo(b, peer)
		return err
	}
}

// A link that is closed while it rests ends at once.
func TestLinkEndsWhileItRests(t *testing.T) {
	address := udpPort(t)
	send := autopilotOn(t, "udpin", address)
	for name, run := range map[string]func(context.Context, func(reading.Reading) error) error{
		"mavlink": func(ctx context.Context, emit func(reading.Reading) error) error {
			link, err := source.MAVLink{Name: "fc", Link: "udpin:" + address, Messages: []string{"HEARTBEAT"}, Latency: time.Hour}.Open()
			if err != nil {
				return err
			}
			beating, stop := context.WithCancel(ctx)
			var autopilot sync.WaitGroup
			autopilot.Go(func() {
				for f := heartbeats(1)[0]; beating.Err() == nil; time.Sleep(time.Millisecond) {
					_ = send(f) // nobody may listen yet
				}
			})
			defer autopilot.Wait()
			defer stop()
			return link.Run(ctx, emit)
		},
		"command": func(ctx context.Context, emit func(reading.Reading) error) error {
			c := shell(`echo '{"v": 1}'; exec sleep 60`)
			c.Format, c.Latency = source.JSONLines, time.Hour
			s, err := c.Open()
			if err != nil {
				return err
			}
			return s.Run(ctx, emit)
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		began := time.Now()
		err := run(ctx, func(reading.Reading) error {
			time.AfterFunc(50*time.Millisecond, cancel)
			return nil
		})
		if !errors.Is(err, context.Canceled) || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(began))
		}
		cancel()
	}
}

// Of a real serial line nothing is lost or out of order, slow or fast.
func TestSerialLineThatRests(t *testing.T) {
	sensor, path := pty(t)
	s, err := source.NMEA{Name: "gps", Path: path, Baud: 115_200, Latency: 20 * time.Millisecond}.Open()
	if err != nil {
		t.Fatal(err)
	}
	const sentences = 3000
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var talker sync.WaitGroup
	defer talker.Wait()
	defer cancel()
	talker.Go(func() {
		time.Sleep(50 * time.Millisecond) // what was written before it is open is discarded
		for i := range sentences + 1 {
			body := fmt.Sprintf("HEHDT,%d,T", i%360)
			sum := byte(0)
			for _, c := range []byte(body) {
				sum ^= c
			}
			if _, err := fmt.Fprintf(sensor, "$%s*%02X\r\n", body, sum); err != nil || ctx.Err() != nil {
				return
			}
			if i < 30 {
				time.Sleep(5 * time.Millisecond)
			}
		}
	})
	n := 0
	err = s.Run(ctx, func(r reading.Reading) error {
		if r.Values[5] != float64(n%360) {
			return fmt.Errorf("reading %d says %v", n, r.Values[5])
		}
		if n++; n == sentences {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) || s.Skipped() > 0 {
		t.Errorf("%d readings, %v, %d skipped", n, err, s.Skipped())
	}
}
