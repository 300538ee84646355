package job

import (
	"context"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// safepoint is where a module of fuel.Resume's form can be left, and gone on with: its
// calls of sched_yield.
type safepoint struct {
	keep  func(parts ...[]byte) error // hands an image over; nil = nobody wants one
	asked func() bool                 // whether somebody asks for one now
	every time.Duration               // and without being asked
	from  *image                      // to go on from, until that is done

	instance api.Module
	globals  []api.MutableGlobal
	open     *handles
	outputs  *outputFiles
	began    time.Time
	before   time.Duration // that earlier parts of the run took
	resumed  bool
	last     time.Time // image
	looked   time.Time // for whether one is asked for
}

// lookEvery is how often a run looks whether an image is asked for.
const lookEvery = 20 * time.Millisecond

// enter is called when there is an instance, before it runs.
func (s *safepoint) enter(instance api.Module, open *handles, outputs *outputFiles) error {
	s.instance, s.open, s.outputs, s.began = instance, open, outputs, time.Now()
	s.last = s.began
	s.globals = []api.MutableGlobal{instance.ExportedGlobal(fuel.Global).(api.MutableGlobal), instance.ExportedGlobal(fuel.Depth).(api.MutableGlobal)}
	for i := 0; ; i++ {
		g, there := instance.ExportedGlobal(fuel.ResumeGlobal(i)).(api.MutableGlobal)
		if !there {
			break
		}
		s.globals = append(s.globals, g)
	}
	if s.from == nil {
		return nil
	}
	defer s.from.file.Close()
	if len(s.from.Globals) != len(s.globals) {
		return errImage
	}
	s.before = s.from.Elapsed
	return s.from.restore(instance.Memory())
}

// run runs the instance from its beginning or its image.
func (s *safepoint) run(ctx context.Context) error {
	if s.from == nil {
		return start(ctx, s.instance)
	}
	_, err := s.instance.ExportedFunction(fuel.Resume).Call(ctx)
	return err
}

// pass is called whenever the guest is there. A panic ends the guest (outputFiles.stop).
func (s *safepoint) pass() {
	if s.from != nil {
		for i, bits := range s.from.Globals {
			s.globals[i].Set(bits)
		}
		s.from, s.resumed = nil, true
		return
	}
	if s.keep == nil {
		return
	}
	now := time.Now()
	due := now.Sub(s.last) >= s.every
	if !due && now.Sub(s.looked) >= lookEvery {
		s.looked, due = now, s.asked()
	}
	// A file that is open or written is not in an image. Of a guest that leaves one so
	// there will be none.
	if !due || s.open.files > 0 || s.open.touched || len(s.outputs.files) > 0 {
		return
	}
	if err := s.save(now); err != nil {
		panic(err)
	}
	s.last = time.Now() // a slow disk must not leave the guest no time
}

func (s *safepoint) save(now time.Time) error {
	memory, _ := s.instance.Memory().Read(0, s.instance.Memory().Size())
	var globals []uint64
	for _, g := range s.globals {
		globals = append(globals, g.Get())
	}
	parts, err := encodeImage(memory, globals, s.before+now.Sub(s.began))
	if err != nil {
		return err
	}
	return s.keep(parts...)
}

// lastOfAll is the highest file descriptor that a guest does not open itself: standard
// input, output and error, and the root.
const lastOfAll = 3

type handlesKey struct{}

// watchClose makes fd_close tell a run's handles when a guest closes what it did not
// open: a new instance would have it open.
func watchClose(ctx context.Context, r wazero.Runtime) (wazero.CompiledModule, error) {
	const name = "fd_close"
	functions := func() wazero.HostModuleBuilder {
		b := r.NewHostModuleBuilder(wasi_snapshot_preview1.ModuleName)
		wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(b)
		return b
	}
	plain, err := functions().Compile(ctx)
	if err != nil {
		return nil, err
	}
	definition := plain.ExportedFunctions()[name]
	closeFile := definition.GoFunction().(api.GoModuleFunction)
	watched := api.GoModuleFunc(func(ctx context.Context, m api.Module, stack []uint64) {
		if open, told := ctx.Value(handlesKey{}).(*handles); told && uint32(stack[0]) <= lastOfAll {
			open.touched = true
		}
		closeFile.Call(ctx, m, stack)
	})
	return functions().NewFunctionBuilder().WithGoModuleFunction(watched, definition.ParamTypes(), definition.ResultTypes()).Export(name).Compile(ctx)
}
