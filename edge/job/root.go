package job

import (
	"io/fs"
	"strings"

	"github.com/tetratelabs/wazero/experimental/sys"
	wasisys "github.com/tetratelabs/wazero/sys"
)

// root is all that a job sees: one directory "/" with inputs and outputs in it.
// It is one, and not two, because that is what other hosts give (a Bacalhau node),
// and a job that looks through its directories must take the same fuel there.
type root struct {
	sys.UnimplementedFS
	inputs  *inputFiles
	outputs *outputFiles
}

// below gives the file system that a path leads into and the rest of it; nil = the
// path is the root itself, or there is none.
func (r root) below(path string) (within sys.FS, rest string) {
	first, rest, _ := strings.Cut(inDirectory(path), "/")
	if rest == "" {
		rest = "."
	}
	switch first {
	case "inputs":
		return r.inputs, rest
	case "outputs":
		return r.outputs, rest
	}
	return nil, first
}

func (r root) OpenFile(path string, flag sys.Oflag, mode fs.FileMode) (sys.File, sys.Errno) {
	within, rest := r.below(path)
	switch {
	case within != nil:
		return within.OpenFile(rest, flag, mode)
	case rest == ".":
		return openDirectory([]string{"inputs", "outputs"}, r.inputs.open)
	case flag&sys.O_CREAT != 0:
		return nil, sys.EROFS
	}
	return nil, sys.ENOENT
}

func (r root) Stat(path string) (wasisys.Stat_t, sys.Errno) {
	within, rest := r.below(path)
	switch {
	case within != nil:
		return within.Stat(rest)
	case rest == ".":
		return (&directory{}).Stat()
	}
	return wasisys.Stat_t{}, sys.ENOENT
}

// Lstat is Stat: there are no links.
func (r root) Lstat(path string) (wasisys.Stat_t, sys.Errno) { return r.Stat(path) }
