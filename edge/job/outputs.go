package job

import (
	"io"
	"io/fs"
	"maps"
	"slices"
	"sort"

	"github.com/tetratelabs/wazero/experimental/sys"
	wasisys "github.com/tetratelabs/wazero/sys"
)

// outputFiles is the directory /outputs. Files stay in memory until the job has
// ended well, so nothing of a failed one touches the flash. A job that wants to
// write more than it may is stopped on the spot.
type outputFiles struct {
	sys.UnimplementedFS
	files map[string]*outputFile
	limit uint64 // bytes in all files
	left  uint64 // of limit
	open  *handles
}

func newOutputFiles(limit uint64, open *handles) *outputFiles {
	return &outputFiles{files: map[string]*outputFile{}, limit: limit, left: limit, open: open}
}

// list gives the files, sorted by name.
func (d *outputFiles) list() []Output {
	files := make([]Output, 0, len(d.files))
	for name, f := range d.files {
		files = append(files, Output{name, f.content})
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	return files
}

// stop leaves the guest by wazero's own way of doing so from a host function,
// which proc_exit uses too: the panic becomes the error of the guest's call. An
// errno would do for honest jobs, but wazero knows no ENOSPC, and a hostile job
// would go on writing until its deadline.
func (d *outputFiles) stop() {
	panic(failed(ErrOutputLimit, "at most %d bytes in %d files", d.limit, maxFiles))
}

// OpenFile makes or opens a file for writing.
func (d *outputFiles) OpenFile(path string, flag sys.Oflag, _ fs.FileMode) (sys.File, sys.Errno) {
	name := inDirectory(path)
	f, found := d.files[name]
	switch {
	case name == ".":
		return openDirectory(slices.Sorted(maps.Keys(d.files)), d.open)
	case !validName(name), !found && flag&sys.O_CREAT == 0:
		return nil, sys.ENOENT
	case found && flag&sys.O_DIRECTORY != 0:
		return nil, sys.ENOTDIR
	case found && flag&sys.O_EXCL != 0:
		return nil, sys.EEXIST
	case !found && len(d.files) >= maxFiles:
		d.stop()
	case !d.open.take():
		return nil, sys.EIO
	case !found:
		f = &outputFile{}
		d.files[name] = f
	case flag&sys.O_TRUNC != 0:
		d.left += uint64(len(f.content))
		f.content = nil
	}
	return &openOutput{directory: d, file: f, appending: flag&sys.O_APPEND != 0}, 0
}

// Stat tells a file's size.
func (d *outputFiles) Stat(path string) (wasisys.Stat_t, sys.Errno) {
	name := inDirectory(path)
	if name == "." {
		return (&directory{}).Stat()
	}
	f, found := d.files[name]
	if !found {
		return wasisys.Stat_t{}, sys.ENOENT
	}
	return f.stat(), 0
}

// Lstat is Stat: there are no links.
func (d *outputFiles) Lstat(path string) (wasisys.Stat_t, sys.Errno) { return d.Stat(path) }

type outputFile struct{ content []byte }

func (f *outputFile) stat() wasisys.Stat_t {
	return wasisys.Stat_t{Mode: 0o200, Nlink: 1, Size: int64(len(f.content))}
}

// openOutput is a handle on an output file, with its own place in it.
type openOutput struct {
	sys.UnimplementedFile
	directory *outputFiles
	file      *outputFile
	at        int64
	appending bool
}

func (f *openOutput) Stat() (wasisys.Stat_t, sys.Errno) { return f.file.stat(), 0 }

func (f *openOutput) IsAppend() bool { return f.appending }

func (f *openOutput) SetAppend(enable bool) sys.Errno {
	f.appending = enable
	return 0
}

func (f *openOutput) Write(b []byte) (int, sys.Errno) {
	if f.appending {
		f.at = int64(len(f.file.content))
	}
	n, errno := f.Pwrite(b, f.at)
	f.at += int64(n)
	return n, errno
}

func (f *openOutput) Pwrite(b []byte, at int64) (int, sys.Errno) {
	end := at + int64(len(b))
	if at < 0 || end < at {
		return 0, sys.EINVAL
	}
	if grow := end - int64(len(f.file.content)); grow > 0 {
		if uint64(grow) > f.directory.left {
			f.directory.stop()
		}
		f.directory.left -= uint64(grow)
		f.file.content = append(f.file.content, make([]byte, grow)...)
	}
	return copy(f.file.content[at:], b), 0
}

func (f *openOutput) Seek(offset place, whence int) (int64, sys.Errno) {
	to := offset
	switch whence {
	case io.SeekCurrent:
		to += f.at
	case io.SeekEnd:
		to += int64(len(f.file.content))
	}
	if to < 0 {
		return 0, sys.EINVAL
	}
	f.at = to
	return to, 0
}

func (f *openOutput) Read([]byte) (int, sys.Errno)         { return 0, sys.EBADF }
func (f *openOutput) Pread([]byte, int64) (int, sys.Errno) { return 0, sys.EBADF }
func (f *openOutput) Sync() sys.Errno                      { return 0 }
func (f *openOutput) Datasync() sys.Errno                  { return 0 }
func (f *openOutput) Close() sys.Errno                     { f.directory.open.give(); return 0 }
