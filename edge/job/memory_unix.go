//go:build unix

package job

import "syscall"

// reserve maps n bytes of address space that cost no memory before they are
// committed. Mapped rather than allocated, a job's memory is zero at no cost,
// grows in place, and is given back to the system the moment the job ends.
func reserve(n uint64) ([]byte, error) {
	return syscall.Mmap(-1, 0, int(n), syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
}

func commit(region []byte) error {
	return syscall.Mprotect(region, syscall.PROT_READ|syscall.PROT_WRITE)
}

func release(region []byte) { _ = syscall.Munmap(region) }

// canExecute tells whether the system lets a process run code that it made
// itself (systemd's MemoryDenyWriteExecute does not).
func canExecute() bool {
	page, err := syscall.Mmap(-1, 0, syscall.Getpagesize(), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return false
	}
	defer release(page)
	return syscall.Mprotect(page, syscall.PROT_READ|syscall.PROT_EXEC) == nil
}
