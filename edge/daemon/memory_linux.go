package daemon

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

// giveBack returns what the device does not use just now to the system: the heap's
// free pages, and those of the program's own file. The kernel keeps the latter as
// cache for as long as nobody wants the memory, and a page that is used again is
// there at once; but what counts for the device is most of its resident memory.
func giveBack() {
	debug.FreeOSMemory()
	self, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range strings.Lines(string(maps)) {
		// proc_pid_maps(5): first-last, permissions, ..., path. Only what cannot be
		// written is the file's content still.
		fields := strings.Fields(line)
		if len(fields) < 6 || fields[5] != self || strings.Contains(fields[1], "w") {
			continue
		}
		from, to, _ := strings.Cut(fields[0], "-")
		first, err := strconv.ParseUint(from, 16, 64)
		last, err2 := strconv.ParseUint(to, 16, 64)
		if err != nil || err2 != nil || last <= first {
			continue
		}
		// Advice that is not taken does no harm.
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, uintptr(first), uintptr(last-first), syscall.MADV_DONTNEED)
	}
}
