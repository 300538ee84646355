package source_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// logger writes numbered lines to a file, and replaces it, as loggers and logrotate do.
type logger struct {
	t       *testing.T
	path    string
	heading string
	line    string
	file    *os.File
	next    int
	days    int
}

func (l *logger) open() {
	l.t.Helper()
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		l.t.Fatal(err)
	}
	if l.file != nil {
		l.file.Close()
	}
	l.file = f
	l.write(l.heading)
}

func (l *logger) write(text string) {
	l.t.Helper()
	if _, err := l.file.WriteString(text); err != nil {
		l.t.Fatal(err)
	}
}

// lines writes some, of which the reader may see each half written.
func (l *logger) lines(n int, pause time.Duration) {
	for range n {
		text := fmt.Sprintf(l.line, l.next, l.next)
		half := len(text) / 2
		l.write(text[:half])
		time.Sleep(pause)
		l.write(text[half:])
		l.next++
	}
}

// shift renames log.1 to log.2 and so on, and log to log.1.
func (l *logger) shift() {
	for n := 60; n > 0; n-- {
		_ = os.Rename(fmt.Sprint(l.path, ".", n), fmt.Sprint(l.path, ".", n+1)) // most are not there
	}
}

func (l *logger) rename() {
	l.shift()
	if err := os.Rename(l.path, l.path+".1"); err != nil {
		l.t.Fatal(err)
	}
}

// dated renames log to what logrotate's dateext does.
func (l *logger) dated() {
	l.days++
	if err := os.Rename(l.path, fmt.Sprintf("%s-202601%02d", l.path, l.days)); err != nil {
		l.t.Fatal(err)
	}
}

// copied copies log to log.1 and truncates it.
func (l *logger) copied() {
	l.shift()
	content, err := os.ReadFile(l.path)
	if err == nil {
		err = os.WriteFile(l.path+".1", content, 0o600)
	}
	if err == nil {
		err = l.file.Truncate(0)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	l.write(l.heading)
}

// follower is a source that follows, stopped and started again.
type follower struct {
	t        *testing.T
	table    source.Table
	got      []int64
	position int64
	skipped  uint64
	stop     func()
}

func (f *follower) start() {
	f.t.Helper()
	s := opened(f.t, f.table)
	s.(source.Resumer).Resume(f.position)
	ctx, cancel := context.WithCancel(f.t.Context())
	ended := make(chan error)
	go func() {
		ended <- s.Run(ctx, func(r reading.Reading) error {
			f.got, f.position = append(f.got, r.Time), s.(source.Resumer).Position()
			return nil
		})
	}()
	f.stop = func() {
		f.t.Helper()
		begin := time.Now()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) || time.Since(begin) > 0 {
			f.t.Errorf("it ended with %v after %v", err, time.Since(begin))
		}
		f.skipped += s.Skipped()
	}
}

// check waits until a reader must have all, and compares.
func (f *follower) check(want int) {
	f.t.Helper()
	time.Sleep(30 * time.Second)
	synctest.Wait()
	var all []int64
	for i := range want {
		all = append(all, int64(i))
	}
	if !slices.Equal(f.got, all) || f.skipped > 0 {
		f.t.Fatalf("got %d lines of %d, %d skipped: %v", len(f.got), want, f.skipped, f.got)
	}
}

func formats(t *testing.T, run func(t *testing.T, l *logger, f *follower)) {
	for name, c := range map[string]struct {
		format        source.Format
		heading, line string
	}{
		"csv":        {source.CSV, "t,x\n", "%d,%d\n"},
		"json lines": {source.JSONLines, "", `{"t": %d, "x": %d}` + "\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log[1].csv")
			synctest.Test(t, func(t *testing.T) {
				l := &logger{t: t, path: path, heading: c.heading, line: c.line}
				l.open()
				defer func() { l.file.Close() }()
				f := &follower{t: t, table: source.Table{Name: "log", Path: path, Format: c.format, Time: "t", Unit: source.Nanoseconds, Values: []string{"x"}, Follow: true}}
				run(t, l, f)
			})
		})
	}
}

func TestFileThatGrows(t *testing.T) {
	formats(t, func(t *testing.T, l *logger, f *follower) {
		l.lines(3, 0)
		f.start()
		f.check(3)
		l.lines(20, time.Second) // each waits for its end
		f.check(23)
		f.stop()
		l.lines(5, 0)
		f.start()
		f.check(28)
		f.stop()
	})
}

// However a file is replaced, while it is read or not, each line comes once and in order.
func TestFileThatIsReplaced(t *testing.T) {
	for name, replace := range map[string]func(l *logger){
		"renamed":           func(l *logger) { l.rename(); l.open() },
		"by date":           func(l *logger) { l.dated(); l.open() },
		"copied":            func(l *logger) { l.copied() },
		"a writer too late": func(l *logger) { l.rename(); l.lines(2, 10*time.Millisecond); l.open() },
		"none for a while":  func(l *logger) { l.rename(); time.Sleep(time.Minute); l.open() },
	} {
		t.Run(name, func(t *testing.T) {
			formats(t, func(t *testing.T, l *logger, f *follower) {
				f.start()
				l.lines(1, 0)
				f.check(1)
				for range 3 {
					l.lines(7, 30*time.Millisecond)
					replace(l)
					l.lines(1, 0)
					f.check(l.next)
				}
				l.lines(7, 30*time.Millisecond)
				f.check(l.next)
				f.stop()
				l.lines(4, 0)
				replace(l)
				l.lines(2, 0)
				f.start()
				f.check(l.next)
				f.stop()
				for range 2 { // more than once
					l.lines(20, 0)
					replace(l)
				}
				l.lines(1, 0)
				f.start()
				f.check(l.next)
				f.stop()
			})
		})
	}
}

func TestFileThatIsReplacedAtRandom(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 0))
		formats(t, func(t *testing.T, l *logger, f *follower) {
			f.start()
			l.lines(1, 0)
			f.check(1)
			running := true
			for range 60 {
				switch rng.IntN(6) {
				case 0:
					l.rename()
					l.open()
				case 1:
					// One that is truncated before more than its heading was read seems the same.
					l.lines(1, 0)
					time.Sleep(10 * time.Second)
					l.lines(rng.IntN(5), 0)
					l.copied()
				case 2:
					if running {
						f.stop()
					} else {
						f.start()
					}
					running = !running
				case 3:
					time.Sleep(time.Duration(rng.IntN(1000)) * time.Millisecond)
				default:
					l.lines(1+rng.IntN(10), time.Duration(rng.IntN(20))*time.Millisecond)
				}
				if rng.IntN(4) == 0 && running {
					f.check(l.next)
				}
			}
			if !running {
				f.start()
			}
			f.check(l.next)
			f.stop()
		})
	}
}

// What is gone is gone: the file is read from its beginning. A line that was never ended
// is skipped.
func TestFileThatIsDeleted(t *testing.T) {
	formats(t, func(t *testing.T, l *logger, f *follower) {
		f.start()
		l.lines(3, 0)
		l.write("1")
		time.Sleep(time.Second)
		if err := os.Remove(l.path); err != nil {
			t.Fatal(err)
		}
		l.open()
		l.lines(2, 0)
		time.Sleep(3 * time.Second)
		f.stop()
		if f.skipped != 1 {
			t.Errorf("%d lines skipped, want that without an end", f.skipped)
		}
		f.skipped = 0
		if err := os.Remove(l.path); err != nil {
			t.Fatal(err)
		}
		l.open()
		l.lines(40, 0) // longer than the position
		f.start()
		f.check(45)
		f.stop()
	})
}

func TestFileThatIsNotThere(t *testing.T) {
	s := opened(t, source.Table{Name: "log", Path: filepath.Join(t.TempDir(), "log"), Values: []string{"x"}, Follow: true})
	if err := s.Run(t.Context(), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	for name, table := range map[string]source.Table{
		"no file": {Name: "a", Values: []string{"b"}, Follow: true},
		"a speed": {Name: "a", Path: "b", Time: "t", Values: []string{"b"}, Speed: 1, Follow: true},
	} {
		if _, err := table.Open(); err == nil {
			t.Errorf("%s: %+v was opened", name, table)
		}
	}
}
