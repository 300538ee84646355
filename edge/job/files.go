package job

import (
	"cmp"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero/experimental/sys"
	wasisys "github.com/tetratelabs/wazero/sys"
)

// Two flat directories are all that a job sees of the world: inputs it can only
// read, outputs it can only create. Outputs stay in memory until the job has
// ended well, so nothing of a failed one touches the flash.

// maxFiles bounds the output files of one job.
const maxFiles = 64

// clean gives the name within a flat directory; "" is the directory itself.
func clean(path string) string {
	path = strings.TrimPrefix(path, "./")
	if path == "." {
		return ""
	}
	return path
}

type directory struct{ sys.UnimplementedFile }

func (directory) IsDir() (bool, sys.Errno) { return true, 0 }
func (directory) Stat() (wasisys.Stat_t, sys.Errno) {
	return wasisys.Stat_t{Mode: fs.ModeDir | 0o500, Nlink: 1}, 0
}
func (directory) Readdir(int) ([]sys.Dirent, sys.Errno) { return nil, 0 }
func (directory) Close() sys.Errno                      { return 0 }

// inputFiles is the read-only directory.
type inputFiles struct {
	sys.UnimplementedFS
	files map[string]Input
}

func (d *inputFiles) OpenFile(path string, flag sys.Oflag, _ fs.FileMode) (sys.File, sys.Errno) {
	name := clean(path)
	if name == "" {
		return directory{}, 0
	}
	input, found := d.files[name]
	switch {
	case !found:
		return nil, sys.ENOENT
	case flag&(sys.O_RDWR|sys.O_WRONLY|sys.O_CREAT|sys.O_TRUNC|sys.O_APPEND) != 0:
		return nil, sys.EROFS
	case flag&sys.O_DIRECTORY != 0:
		return nil, sys.ENOTDIR
	case input.Path == "":
		return &inputFile{r: strings.NewReader(string(input.Content)), size: int64(len(input.Content))}, 0
	}
	f, err := os.Open(input.Path)
	if err != nil {
		return nil, sys.EIO
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, sys.EIO
	}
	return &inputFile{r: f, size: info.Size(), close: f}, 0
}

func (d *inputFiles) Stat(path string) (wasisys.Stat_t, sys.Errno) {
	f, errno := d.OpenFile(path, sys.O_RDONLY, 0)
	if errno != 0 {
		return wasisys.Stat_t{}, errno
	}
	defer f.Close()
	return f.Stat()
}

func (d *inputFiles) Lstat(path string) (wasisys.Stat_t, sys.Errno) { return d.Stat(path) }

type inputFile struct {
	sys.UnimplementedFile
	r interface {
		io.ReadSeeker
		io.ReaderAt
	}
	size  int64
	close io.Closer
}

func (f *inputFile) Stat() (wasisys.Stat_t, sys.Errno) {
	return wasisys.Stat_t{Mode: 0o400, Nlink: 1, Size: f.size}, 0
}

func (f *inputFile) Read(b []byte) (int, sys.Errno) {
	n, err := f.r.Read(b)
	return n, readErrno(err)
}

func (f *inputFile) Pread(b []byte, at int64) (int, sys.Errno) {
	n, err := f.r.ReadAt(b, at)
	return n, readErrno(err)
}

func readErrno(err error) sys.Errno {
	if err != nil && err != io.EOF {
		return sys.EIO
	}
	return 0
}

func (f *inputFile) Seek(at int64, whence int) (int64, sys.Errno) {
	to, err := f.r.Seek(at, whence)
	if err != nil {
		return 0, sys.EINVAL
	}
	return to, 0
}

func (f *inputFile) Close() sys.Errno {
	if f.close != nil {
		f.close.Close()
	}
	return 0
}

// outputFiles is the write-only directory; budget bytes are left to write.
type outputFiles struct {
	sys.UnimplementedFS
	mu       sync.Mutex
	files    map[string]*outputFile
	budget   uint64
	exceeded bool
}

func newOutputFiles(budget uint64) *outputFiles {
	return &outputFiles{files: map[string]*outputFile{}, budget: budget}
}

// list gives the files, sorted by name, and whether the job wanted to write more.
func (d *outputFiles) list() (files []Output, exceeded bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, f := range d.files {
		files = append(files, Output{name, f.content})
	}
	slices.SortFunc(files, func(a, b Output) int { return cmp.Compare(a.Name, b.Name) })
	return files, d.exceeded
}

func (d *outputFiles) OpenFile(path string, flag sys.Oflag, _ fs.FileMode) (sys.File, sys.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := clean(path)
	f, found := d.files[name]
	switch {
	case name == "":
		return directory{}, 0
	case flag&sys.O_DIRECTORY != 0 || strings.Contains(name, "/") || len(name) > 255:
		return nil, sys.ENOENT
	case found && flag&sys.O_EXCL != 0:
		return nil, sys.EEXIST
	case !found && flag&sys.O_CREAT == 0:
		return nil, sys.ENOENT
	case !found && len(d.files) >= maxFiles:
		d.exceeded = true
		return nil, sys.EIO
	case !found:
		f = &outputFile{dir: d}
		d.files[name] = f
	case flag&sys.O_TRUNC != 0:
		d.budget += uint64(len(f.content))
		f.content, f.at = nil, 0
	}
	return &openOutput{outputFile: f}, 0
}

func (d *outputFiles) Stat(path string) (wasisys.Stat_t, sys.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if clean(path) == "" {
		return directory{}.Stat()
	}
	f, found := d.files[clean(path)]
	if !found {
		return wasisys.Stat_t{}, sys.ENOENT
	}
	return wasisys.Stat_t{Mode: 0o600, Nlink: 1, Size: int64(len(f.content))}, 0
}

func (d *outputFiles) Lstat(path string) (wasisys.Stat_t, sys.Errno) { return d.Stat(path) }

type outputFile struct {
	dir     *outputFiles
	content []byte
	at      int64
}

// openOutput is a handle on an output file. All handles share the file's place:
// jobs have no use for more.
type openOutput struct {
	sys.UnimplementedFile
	*outputFile
}

func (f *openOutput) Stat() (wasisys.Stat_t, sys.Errno) {
	return wasisys.Stat_t{Mode: 0o600, Nlink: 1, Size: int64(len(f.content))}, 0
}

func (f *openOutput) Write(b []byte) (int, sys.Errno) {
	n, errno := f.Pwrite(b, f.at)
	f.at += int64(n)
	return n, errno
}

func (f *openOutput) Pwrite(b []byte, at int64) (int, sys.Errno) {
	f.dir.mu.Lock()
	defer f.dir.mu.Unlock()
	end := at + int64(len(b))
	if at < 0 || end < at {
		return 0, sys.EINVAL
	}
	if grow := end - int64(len(f.content)); grow > 0 {
		if uint64(grow) > f.dir.budget {
			f.dir.exceeded = true
			return 0, sys.EIO
		}
		f.dir.budget -= uint64(grow)
		f.content = append(f.content, make([]byte, grow)...)
	}
	return copy(f.content[at:], b), 0
}

func (f *openOutput) Seek(offset int64, whence int) (int64, sys.Errno) {
	base := map[int]int64{io.SeekCurrent: f.at, io.SeekEnd: int64(len(f.content))}[whence]
	if base+offset < 0 {
		return 0, sys.EINVAL
	}
	f.at = base + offset
	return f.at, 0
}

func (f *openOutput) Sync() sys.Errno     { return 0 }
func (f *openOutput) Datasync() sys.Errno { return 0 }
func (f *openOutput) Close() sys.Errno    { return 0 }
