package fold_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/wasm-jobs/fold"
)

// engine is fold.wasm, compiled once.
type engine struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

func newEngine(t testing.TB, config wazero.RuntimeConfig) engine {
	t.Helper()
	r := wazero.NewRuntimeWithConfig(t.Context(), config)
	t.Cleanup(func() { r.Close(context.Background()) })
	if _, err := wasi_snapshot_preview1.Instantiate(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	m, err := r.CompileModule(t.Context(), fold.Module)
	if err != nil {
		t.Fatal(err)
	}
	return engine{r, m}
}

// run gives what the job writes, or its exit code. A nil shard is none at all.
func (e engine) run(t testing.TB, shard []byte, outputs string) (sum []byte, exit uint32) {
	t.Helper()
	inputs := fstest.MapFS{}
	if shard != nil {
		inputs[fold.Input] = &fstest.MapFile{Data: shard, Mode: 0o444}
	}
	mounts := wazero.NewFSConfig().WithFSMount(inputs, "/inputs")
	if outputs != "" {
		mounts = mounts.WithDirMount(outputs, "/outputs")
	}
	instance, err := e.runtime.InstantiateModule(t.Context(), e.module, wazero.NewModuleConfig().WithName("").WithFSConfig(mounts))
	var exited *sys.ExitError
	if errors.As(err, &exited) {
		return nil, exited.ExitCode()
	}
	if err != nil {
		t.Fatalf("the job trapped: %v", err)
	}
	if err := instance.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sum, err = os.ReadFile(filepath.Join(outputs, fold.Output)); err != nil {
		t.Fatal(err)
	}
	return sum, 0
}

// file is an update with the weight that its sender claims.
type file struct {
	samples uint64
	content []byte
}

// shard writes the job's input.
func shard(form []byte, files ...file) []byte {
	b := binary.LittleEndian.AppendUint64(bytes.Clone(form), uint64(len(files)))
	for _, f := range files {
		b = binary.LittleEndian.AppendUint64(b, f.samples)
		b = binary.LittleEndian.AppendUint64(b, uint64(len(f.content)))
		b = append(b, f.content...)
		b = append(b, make([]byte, -len(f.content)&7)...)
	}
	return b
}

// update writes an update file whose values are random up to the given magnitude.
func update(f combine.Form, samples uint32, exponent func() int, magnitude int64, r *rand.Rand) []byte {
	values := 0
	for _, n := range f.Tensors {
		values += n
	}
	b := []byte{'T', 'P', 'U', '1', byte(f.Width), 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(f.Tensors)))
	b = binary.LittleEndian.AppendUint64(b, uint64(values))
	b = binary.LittleEndian.AppendUint32(b, samples)
	b = binary.LittleEndian.AppendUint32(b, 0)
	for range f.Tensors {
		b = append(b, byte(exponent()))
	}
	b = append(b, make([]byte, -len(b)&7)...)
	for range values {
		v := r.Int64N(2*magnitude+1) - magnitude
		b = append(b, binary.LittleEndian.AppendUint64(nil, uint64(v))[:f.Width]...)
	}
	return b
}

// local is what package combine makes of the same files, each in one piece.
func local(t testing.TB, f combine.Form, files ...file) (combine.Partial, error) {
	t.Helper()
	s, err := combine.NewSum(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range files {
		u, err := s.Begin(c.samples)
		if err == nil {
			err = u.Fold(c.content)
		}
		if err == nil {
			err = u.Finish()
		}
		if err != nil {
			return combine.Partial{}, err
		}
	}
	return s.Partial(), nil
}

// randomForm has tensors of all kinds of lengths, none of them too.
func randomForm(r *rand.Rand) combine.Form {
	f := combine.Form{Width: 1 << r.IntN(3), ScaleBits: r.IntN(30), MaxSamples: 1 << r.IntN(20), MaxUpdates: 1 + r.IntN(64)}
	for range 1 + r.IntN(9) {
		f.Tensors = append(f.Tensors, r.IntN(1<<r.IntN(10)))
	}
	return f
}

// The job's sum is combine's, byte for byte, at every width, compiled or not.
func TestTheSumIsTheLocalOne(t *testing.T) {
	engines := map[string]engine{"compiled": newEngine(t, wazero.NewRuntimeConfig()), "interpreted": newEngine(t, wazero.NewRuntimeConfigInterpreter())}
	r := rand.New(rand.NewPCG(1, 1))
	sums, empty := map[int]int{}, 0
	for range 200 {
		f := randomForm(r)
		var files []file
		for range r.IntN(f.MaxUpdates + 1) {
			samples := 1 + r.Uint64N(f.MaxSamples)
			// Exponents as fine as the values allow: factors beyond 32 bits too.
			share := int64(math.MaxInt64/2) / int64(f.MaxUpdates) / int64(samples)
			magnitude := min(share>>20, 1<<(8*f.Width-1)-1)
			exponent := func() int { return max(-128, f.ScaleBits-r.IntN(20)) }
			files = append(files, file{samples, update(f, uint32(samples), exponent, magnitude, r)})
		}
		want, err := local(t, f, files...)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			empty++
		}
		sums[f.Width]++
		for name, e := range engines {
			got, exit := e.run(t, shard(f.Encode(), files...), t.TempDir())
			if exit != 0 || !bytes.Equal(got, want.Encode()) {
				t.Fatalf("%s: %+v: %d updates give exit code %d and another sum", name, f, len(files), exit)
			}
			if p, err := combine.DecodePartial(got); err != nil || p.Updates != len(files) {
				t.Fatalf("%s: %d updates, %v", name, p.Updates, err)
			}
		}
	}
	if len(sums) != 3 || empty == 0 {
		t.Errorf("sums by width %v, %d of nothing: want some of each", sums, empty)
	}
}

// Factors at and beyond the borders of 32 bits, whose products wrap for zeros alone.
func TestExtremeFactors(t *testing.T) {
	e := newEngine(t, wazero.NewRuntimeConfig())
	r := rand.New(rand.NewPCG(2, 2))
	for _, width := range []int{1, 2, 4} {
		f := combine.Form{Tensors: []int{37}, Width: width, ScaleBits: 20, MaxSamples: 1 << 30, MaxUpdates: 8}
		for _, samples := range []uint64{1, 3, 1 << 30, 1<<30 - 1} {
			for shift := 0; shift <= 62; shift++ {
				limit := uint64(math.MaxInt64/2) / 8 / samples >> shift
				magnitude := int64(min(limit, 1<<(8*width-1)-1))
				files := []file{{samples, update(f, uint32(samples), func() int { return 20 - shift }, magnitude, r)}}
				want, err := local(t, f, files...)
				if err != nil {
					t.Fatal(err)
				}
				if got, exit := e.run(t, shard(f.Encode(), files...), t.TempDir()); exit != 0 || !bytes.Equal(got, want.Encode()) {
					t.Fatalf("width %d, %d samples shifted by %d: exit code %d and another sum", width, samples, shift, exit)
				}
			}
		}
	}
}

// Whatever is done to an update, the job refuses it exactly if combine does, and
// for the same kind of reason.
func TestItRefusesWhatCombineRefuses(t *testing.T) {
	e := newEngine(t, wazero.NewRuntimeConfig())
	r := rand.New(rand.NewPCG(3, 3))
	seen := map[uint32]int{}
	for range 4000 {
		f := randomForm(r)
		samples := 1 + r.Uint64N(f.MaxSamples)
		good := file{samples, update(f, uint32(samples), func() int { return f.ScaleBits }, 1, r)}
		bad := file{samples, update(f, uint32(samples), func() int { return max(-128, f.ScaleBits-r.IntN(64)) }, 1<<(8*f.Width-1)-1, r)}
		switch b := bad.content; r.IntN(8) {
		case 0:
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		case 1:
			head := (24 + len(f.Tensors) + 7) &^ 7
			b[r.IntN(head)] = byte(r.Uint32())
		case 2:
			bad.content = b[:r.IntN(len(b))]
		case 3:
			bad.content = append(b, make([]byte, 1+r.IntN(20))...)
		case 4:
			bad.samples = r.Uint64N(2 * f.MaxSamples)
		case 5:
			bad.samples = 0
		case 6:
			bad.samples = r.Uint64()
		}
		want, err := local(t, f, good, bad)
		code := uint32(0)
		switch {
		case errors.Is(err, combine.ErrUpdate):
			code = 20
		case errors.Is(err, combine.ErrRange):
			code = 21
		case f.MaxUpdates < 2: // counted last by combine, and first by the job
			code = 22
		case err != nil:
			t.Fatal(err)
		}
		got, exit := e.run(t, shard(f.Encode(), good, bad), t.TempDir())
		if f.MaxUpdates < 2 {
			code = 22
		}
		if exit != code || exit == 0 && !bytes.Equal(got, want.Encode()) {
			t.Fatalf("%+v, an update of %d bytes and %d samples: exit code %d (%s), combine says %v", f, len(bad.content), bad.samples, exit, fold.Exits[exit], err)
		}
		seen[exit]++
	}
	for _, code := range []uint32{0, 20, 21, 22} {
		if seen[code] < 50 {
			t.Errorf("%d of 4000 end with %d: %v", seen[code], code, seen)
		}
	}
}

// Every exit code that the module has.
func TestExitCodes(t *testing.T) {
	e := newEngine(t, wazero.NewRuntimeConfig())
	small := newEngine(t, wazero.NewRuntimeConfig().WithMemoryLimitPages(4))
	r := rand.New(rand.NewPCG(4, 4))
	f := combine.Form{Tensors: []int{5, 100_000}, Width: 2, ScaleBits: 24, MaxSamples: 100, MaxUpdates: 2}
	u := file{7, update(f, 7, func() int { return 24 }, 1000, r)}
	good := shard(f.Encode(), u)
	with := func(change func(b []byte) []byte) []byte { return change(bytes.Clone(good)) }
	outputs := t.TempDir()
	used := map[uint32]bool{}
	for name, c := range map[string]struct {
		engine  engine
		shard   []byte
		outputs string
		want    uint32
	}{
		"no shard":             {e, nil, outputs, 10},
		"cut within the form":  {e, good[:30], outputs, 10},
		"cut within an update": {e, good[:len(good)-8], outputs, 10},
		"an update is missing": {e, with(func(b []byte) []byte { b[40] = 2; return b }), outputs, 10},
		"endless size":         {e, with(func(b []byte) []byte { b[63] = 0x80; return b }), outputs, 10},
		"bytes follow":         {e, append(bytes.Clone(good), 0), outputs, 11},
		"padding":              {e, with(func(b []byte) []byte { b[len(b)-1] = 1; return b }), outputs, 11},
		"another kind of file": {e, with(func(b []byte) []byte { b[0] = 'X'; return b }), outputs, 11},
		"width 3":              {e, with(func(b []byte) []byte { b[4] = 3; return b }), outputs, 11},
		"scale":                {e, with(func(b []byte) []byte { b[5] = 41; return b }), outputs, 11},
		"no tensors":           {e, with(func(b []byte) []byte { b[6] = 0; return b }), outputs, 11},
		"overflow":             {e, with(func(b []byte) []byte { b[15] = 1; return b }), outputs, 11},
		"a huge tensor":        {e, with(func(b []byte) []byte { b[29] = 1; return b }), outputs, 13},
		"too little memory":    {small, good, outputs, 13},
		"no place for the sum": {e, good, "", 16},
		"malformed update":     {e, with(func(b []byte) []byte { b[64] = 'X'; return b }), outputs, 20},
		"weight":               {e, with(func(b []byte) []byte { b[48] = 101; return b }), outputs, 21},
		"too many updates":     {e, shard(f.Encode(), u, u, u), outputs, 22},
		"as many as there may": {e, shard(f.Encode(), u, u), outputs, 0},
	} {
		if _, got := c.engine.run(t, c.shard, c.outputs); got != c.want {
			t.Errorf("%s: exit code %d (%s), want %d (%s)", name, got, fold.Exits[got], c.want, fold.Exits[c.want])
		}
		used[c.want] = true
	}
	for code, meaning := range fold.Exits {
		if !used[code] {
			t.Errorf("no shard ends with %d (%s): add one", code, meaning)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	e := newEngine(b, wazero.NewRuntimeConfig())
	for _, width := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("int%d", 8*width), func(b *testing.B) {
			f := combine.Form{Tensors: []int{156_800, 200, 40_000, 200, 2000, 10}, Width: width, ScaleBits: 24, MaxSamples: 1 << 16, MaxUpdates: 1 << 12}
			u := file{600, update(f, 600, func() int { return 18 }, 100, rand.New(rand.NewPCG(7, 7)))}
			var files []file
			for range 100 {
				files = append(files, u)
			}
			input, outputs := shard(f.Encode(), files...), b.TempDir()
			b.SetBytes(100 * 4 * 199_210) // in float32 terms
			for b.Loop() {
				if _, exit := e.run(b, input, outputs); exit != 0 {
					b.Fatalf("exit code %d", exit)
				}
			}
		})
	}
}
