package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// sensorsArea measures the device's way from a sensor to a job.
func sensorsArea(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("sensors", flag.ContinueOnError)
	var s settings
	disk := flags.String("disk", "", "directory on the disk to be measured; default: that for temporary files")
	flags.StringVar(&s.bin, "bin", "bin", "directory of the release binaries")
	only := flags.String("only", "", "run one part only: writes, rate, cpu, stream, batch, pipeline, size or daemon")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return measure(ctx, "sensors", *only, *disk, s, []part{{"writes", flashWrites}, {"rate", bufferRate}, {"cpu", bufferCPU},
		{"stream", streamRate}, {"batch", batchStart}, {"pipeline", pipelineRate}, {"size", binarySize}, {"daemon", sensorDaemon}})
}

// imu gives n readings of nine channels in single precision, of which each takes 52
// bytes, 36 of them values.
func imu(first, n int) []reading.Reading {
	readings := make([]reading.Reading, n)
	for i := range readings {
		values := make([]float64, 9)
		for channel := range values {
			values[channel] = float64(float32(first+i) / float32(channel+3))
		}
		readings[i] = reading.Reading{Source: "imu", Time: int64(first+i) * 10_000_000, Values: values}
	}
	return readings
}

// flashWrites measures what a buffer with its defaults writes at 100 readings a second:
// one commit every five seconds, half an hour of them in a row. What is counted are the
// pages that the kernel was given for the disk, of this process; the file system's own
// journal is not among them.
func flashWrites(ctx context.Context, s settings) (results []Result, err error) {
	const rate, seconds, commits = 100, 5, 360
	for _, world := range []struct {
		name    string
		options buffer.Options
	}{
		{"a sink that has them at once", buffer.Options{Sinks: []string{"cloud"}}},
		{"a sink that is away", buffer.Options{Sinks: []string{"cloud"}}},
		{"no sink, a ring of 1 MiB that is full", buffer.Options{Bytes: 1 << 20}},
	} {
		world.options.CommitAge = time.Hour // Flush below is the age
		b, err := buffer.Open(filepath.Join(s.dir, strconv.Itoa(len(results)), "readings.db"), world.options)
		if err != nil {
			return nil, err
		}
		payload, before := 0, int64(0)
		for n := range commits + 60 {
			if n == 60 { // by then the small ring is full
				if before, err = writtenBytes(); err != nil {
					return nil, errors.Join(err, b.Close())
				}
				payload = 0
			}
			readings := imu(n*rate*seconds, rate*seconds)
			for _, r := range readings {
				payload += len(reading.Append(nil, r))
			}
			_, err := b.Append(ctx, buffer.Batch{Priority: buffer.Normal, Readings: readings})
			if err == nil && world.name == "a sink that has them at once" && n > 0 {
				var due buffer.Due
				if due, err = b.Next(ctx, "cloud", 1000); err == nil {
					err = b.Ack("cloud", due.Readings[len(due.Readings)-1].Number)
				}
			}
			if err := errors.Join(err, b.Flush(ctx)); err != nil {
				return nil, errors.Join(err, b.Close())
			}
		}
		after, err := writtenBytes()
		if err := errors.Join(err, b.Close()); err != nil {
			return nil, err
		}
		if after == before {
			return nil, fmt.Errorf("%s is on no disk: name one with --disk", s.dir)
		}
		results = append(results, Result{fmt.Sprintf("bytes written to flash a byte of readings, %d a second, %s", rate, world.name), float64(after-before) / float64(payload), "times", 3, "lower"})
	}
	return append(results, Result{"commits a minute", 60 / seconds, "", 0, "lower"}), nil
}

// writtenBytes is what this process had the kernel write to disks.
func writtenBytes() (int64, error) {
	content, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(content)) {
		if value, found := strings.CutPrefix(line, "write_bytes: "); found {
			return strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		}
	}
	return 0, errors.New("/proc/self/io has no write_bytes")
}

// bufferRate measures readings through a buffer, from Append until they are on disk and
// a sink has them.
func bufferRate(ctx context.Context, s settings) ([]Result, error) {
	const count, batch = 100_000, 100
	best := 0.0
	for run := range 5 {
		b, err := buffer.Open(filepath.Join(s.dir, fmt.Sprint("rate-", run), "readings.db"), buffer.Options{Sinks: []string{"cloud"}})
		if err != nil {
			return nil, err
		}
		batches := make([][]reading.Reading, count/batch)
		for i := range batches {
			batches[i] = imu(i*batch, batch)
		}
		read := make(chan error, 1)
		begin := time.Now()
		go func() {
			for got := 0; got < count; {
				due, err := b.Next(ctx, "cloud", 1000)
				if err == nil {
					got += len(due.Readings)
					err = b.Ack("cloud", due.Readings[len(due.Readings)-1].Number)
				}
				if err != nil {
					read <- err
					return
				}
			}
			read <- nil
		}()
		for _, readings := range batches {
			if _, err = b.Append(ctx, buffer.Batch{Priority: buffer.Normal, Readings: readings}); err != nil {
				break
			}
		}
		if err = errors.Join(err, b.Flush(ctx)); err != nil {
			return nil, errors.Join(err, b.Close(), <-read)
		}
		err = <-read
		best = max(best, count/time.Since(begin).Seconds())
		if err := errors.Join(err, b.Close()); err != nil {
			return nil, err
		}
	}
	return []Result{{"readings into the buffer, on disk and read by a sink", best, "a second", 20_000, "higher"}}, nil
}

// bufferCPU measures what the buffer alone takes of one core at 100 readings a second,
// as many at a time as a link that is read every 50 ms gives.
func bufferCPU(ctx context.Context, s settings) ([]Result, error) {
	b, err := buffer.Open(filepath.Join(s.dir, "cpu", "readings.db"), buffer.Options{Sinks: []string{"cloud"}})
	if err != nil {
		return nil, err
	}
	const together = 5
	readings := imu(0, 2000)
	tick := time.NewTicker(together * 10 * time.Millisecond)
	defer tick.Stop()
	begin, before := time.Now(), processorTime()
	for batch := range slices.Chunk(readings, together) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), b.Close())
		}
		if _, err := b.Append(ctx, buffer.Batch{Priority: buffer.Normal, Readings: batch}); err != nil {
			return nil, errors.Join(err, b.Close())
		}
	}
	share := 100 * (processorTime() - before).Seconds() / time.Since(begin).Seconds()
	return []Result{{"of one core, the buffer alone, 100 readings a second", share, "%", 1, "lower"}}, b.Close()
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
