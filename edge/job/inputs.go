package job

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero/experimental/sys"
	wasisys "github.com/tetratelabs/wazero/sys"
)

// Bounds of a job's files.
const (
	maxFiles = 64  // in /inputs, and in /outputs
	maxName  = 255 // bytes
	maxOpen  = 64  // handles at the same time: each costs the host memory
)

// inputFiles is the directory /inputs. Names are looked up whole in a map, so no
// path that a job can write leads anywhere else.
type inputFiles struct {
	sys.UnimplementedFS
	files map[string]Input
	open  *handles
}

func newInputFiles(inputs []Input, open *handles) (*inputFiles, error) {
	d := &inputFiles{files: make(map[string]Input, len(inputs)), open: open}
	if len(inputs) > maxFiles {
		return nil, failed(ErrInput, "%d files, at most %d", len(inputs), maxFiles)
	}
	for _, input := range inputs {
		if !validName(input.Name) {
			return nil, failed(ErrInput, "name %.80q is not one path element of 1 to %d bytes", input.Name, maxName)
		}
		if _, twice := d.files[input.Name]; twice {
			return nil, failed(ErrInput, "name %q is given twice", input.Name)
		}
		if input.Path != "" {
			// A device or a pipe would let a job wait, or see what differs from run to run.
			if info, err := os.Stat(input.Path); err != nil {
				return nil, failed(ErrInput, "%q: %v", input.Name, err)
			} else if !info.Mode().IsRegular() {
				return nil, failed(ErrInput, "%q: %s is not a regular file", input.Name, input.Path)
			}
		}
		d.files[input.Name] = input
	}
	return d, nil
}

func validName(name string) bool {
	return name != "." && fs.ValidPath(name) && len(name) <= maxName && !strings.ContainsAny(name, "/\x00")
}

// inDirectory gives the name within a flat directory; "." is the directory itself.
func inDirectory(path string) string {
	if path = strings.TrimSuffix(strings.TrimPrefix(path, "./"), "/"); path == "" {
		return "."
	}
	return path
}

// OpenFile opens for reading only.
func (d *inputFiles) OpenFile(path string, flag sys.Oflag, _ fs.FileMode) (sys.File, sys.Errno) {
	name := inDirectory(path)
	input, found := d.files[name]
	switch {
	case name == ".":
		return openDirectory(slices.Sorted(maps.Keys(d.files)), d.open)
	case !found && flag&sys.O_CREAT != 0, flag&(sys.O_RDWR|sys.O_WRONLY|sys.O_TRUNC|sys.O_APPEND) != 0:
		return nil, sys.EROFS
	case !found:
		return nil, sys.ENOENT
	case flag&sys.O_DIRECTORY != 0:
		return nil, sys.ENOTDIR
	case !d.open.take():
		return nil, sys.EIO
	case input.Path == "":
		return &inputFile{content: bytes.NewReader(input.Content), size: int64(len(input.Content)), open: d.open}, 0
	}
	f, err := os.Open(input.Path)
	if err != nil {
		d.open.give()
		return nil, sys.EIO
	}
	info, err := f.Stat()
	if err != nil {
		d.open.give()
		f.Close()
		return nil, sys.EIO
	}
	return &inputFile{content: f, size: info.Size(), file: f, open: d.open}, 0
}

// Stat tells a file's size.
func (d *inputFiles) Stat(path string) (wasisys.Stat_t, sys.Errno) {
	f, errno := d.OpenFile(path, sys.O_RDONLY, 0)
	if errno != 0 {
		return wasisys.Stat_t{}, errno
	}
	defer f.Close()
	return f.Stat()
}

// Lstat is Stat: there are no links.
func (d *inputFiles) Lstat(path string) (wasisys.Stat_t, sys.Errno) { return d.Stat(path) }

// inputFile is an open input.
type inputFile struct {
	sys.UnimplementedFile
	content interface {
		io.ReadSeeker
		io.ReaderAt
	}
	size int64
	file *os.File // nil = the content is in memory
	open *handles
}

func (f *inputFile) Stat() (wasisys.Stat_t, sys.Errno) {
	return wasisys.Stat_t{Mode: 0o400, Nlink: 1, Size: f.size}, 0
}

func (f *inputFile) Read(b []byte) (int, sys.Errno) {
	n, err := f.content.Read(b)
	return n, readErrno(err)
}

func (f *inputFile) Pread(b []byte, at int64) (int, sys.Errno) {
	n, err := f.content.ReadAt(b, at)
	return n, readErrno(err)
}

func readErrno(err error) sys.Errno {
	if err != nil && err != io.EOF {
		return sys.EIO
	}
	return 0
}

func (f *inputFile) Seek(at place, whence int) (int64, sys.Errno) {
	to, err := f.content.Seek(at, whence)
	if err != nil {
		return 0, sys.EINVAL
	}
	return to, 0
}

func (f *inputFile) Write([]byte) (int, sys.Errno)         { return 0, sys.EBADF }
func (f *inputFile) Pwrite([]byte, int64) (int, sys.Errno) { return 0, sys.EBADF }
func (f *inputFile) Truncate(int64) sys.Errno              { return sys.EBADF }

func (f *inputFile) Close() sys.Errno {
	f.open.give()
	if f.file != nil {
		f.file.Close()
	}
	return 0
}

// place is an offset. By its own name go vet sees that a Seek which takes it is
// wazero's, with an errno, and not io.Seeker's.
type place = int64

// handles counts what a job holds open.
type handles struct {
	files, directories int
	touched            bool // it has closed one that it did not open
}

func (h *handles) take() bool {
	if h.files >= maxOpen {
		return false
	}
	h.files++
	return true
}

func (h *handles) give() { h.files-- }

// directory is an open directory; its names come sorted, as whatever a job can
// see must come the same everywhere.
type directory struct {
	sys.DirFile
	names []string
	next  int
	open  *handles
}

func openDirectory(names []string, open *handles) (sys.File, sys.Errno) {
	if open.directories >= maxOpen {
		return nil, sys.ENOENT // wazero panics at any other error, should it be a mount
	}
	open.directories++
	return &directory{names: names, open: open}, 0
}

func (d *directory) Dev() (uint64, sys.Errno)        { return 0, 0 }
func (d *directory) Ino() (wasisys.Inode, sys.Errno) { return 0, 0 }
func (d *directory) Stat() (wasisys.Stat_t, sys.Errno) {
	return wasisys.Stat_t{Mode: fs.ModeDir | 0o500, Nlink: 1}, 0
}

func (d *directory) Readdir(n int) ([]sys.Dirent, sys.Errno) {
	names := d.names[d.next:]
	if n > 0 {
		names = names[:min(n, len(names))]
	}
	d.next += len(names)
	entries := make([]sys.Dirent, len(names))
	for i, name := range names {
		entries[i].Name = name
	}
	return entries, 0
}

func (d *directory) Seek(at place, whence int) (int64, sys.Errno) {
	if at != 0 || whence != io.SeekStart {
		return 0, sys.EINVAL
	}
	d.next = 0
	return 0, 0
}

func (d *directory) Sync() sys.Errno              { return 0 }
func (d *directory) Datasync() sys.Errno          { return 0 }
func (d *directory) Utimens(_, _ int64) sys.Errno { return sys.EROFS }
func (d *directory) Close() sys.Errno             { d.open.directories--; return 0 }
