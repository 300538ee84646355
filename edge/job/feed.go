package job

import "io"

// feed is a streaming job's standard input and output, within its runner. It is called
// by the guest alone, so by one goroutine.
type feed struct {
	limits   Limits
	meter    meter
	exchange func(fuel uint64, output []byte) (input []byte, err error)
	input    []byte // not yet read
	output   []byte // since it was fed
}

// Read gives what was fed. Once that is used up, the job is done with it: what it wrote
// goes out, and it has all its fuel again.
func (f *feed) Read(to []byte) (int, error) {
	if len(to) == 0 {
		return 0, nil
	}
	for len(f.input) == 0 {
		fed, err := f.exchange(f.meter.used(), f.output)
		if err != nil {
			return 0, io.EOF // the daemon has gone, or is done with the job
		}
		f.input, f.output = fed, f.output[:0]
		f.meter.refill()
	}
	n := copy(to, f.input)
	f.input = f.input[n:]
	return n, nil
}

// Write keeps what the job writes. More than it may, and it is over: the panic becomes
// the error of the guest's call.
func (f *feed) Write(from []byte) (int, error) {
	if uint64(len(f.output)+len(from)) > f.limits.OutputBytes {
		panic(failed(ErrOutputLimit, "at most %d bytes before it reads on", f.limits.OutputBytes))
	}
	f.output = append(f.output, from...)
	return len(from), nil
}
