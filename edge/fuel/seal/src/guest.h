/* The job's side, by way of host.wasm: its memory, which is not this module's, and
 * WASI as the job would call it itself. An address is one in the job's memory;
 * whoever loads or stores has made sure by in_guest that it is. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t address;

#define GUEST(name) __attribute__((import_module("host.wasm"), import_name(#name)))

GUEST(size) uint32_t guest_pages(void);
GUEST(load8) uint8_t load8(address at);
GUEST(load32) uint32_t load32(address at);
GUEST(load64) uint64_t load64(address at);
GUEST(store8) void store8(address at, uint8_t value);
GUEST(store32) void store32(address at, uint32_t value);
GUEST(store64) void store64(address at, uint64_t value);

GUEST(args_get) int32_t host_args_get(address pointers, address text);
GUEST(args_sizes_get) int32_t host_args_sizes_get(address count, address size);
GUEST(environ_get) int32_t host_environ_get(address pointers, address text);
GUEST(environ_sizes_get) int32_t host_environ_sizes_get(address count, address size);
GUEST(fd_advise) int32_t host_fd_advise(int32_t fd, int64_t at, int64_t size, int32_t advice);
GUEST(fd_allocate) int32_t host_fd_allocate(int32_t fd, int64_t at, int64_t size);
GUEST(fd_close) int32_t host_fd_close(int32_t fd);
GUEST(fd_datasync) int32_t host_fd_datasync(int32_t fd);
GUEST(fd_fdstat_get) int32_t host_fd_fdstat_get(int32_t fd, address stat);
GUEST(fd_fdstat_set_flags) int32_t host_fd_fdstat_set_flags(int32_t fd, int32_t flags);
GUEST(fd_fdstat_set_rights) int32_t host_fd_fdstat_set_rights(int32_t fd, int64_t rights, int64_t inherit);
GUEST(fd_filestat_get) int32_t host_fd_filestat_get(int32_t fd, address stat);
GUEST(fd_filestat_set_times) int32_t host_fd_filestat_set_times(int32_t fd, int64_t accessed, int64_t modified, int32_t flags);
GUEST(fd_pread) int32_t host_fd_pread(int32_t fd, address vecs, uint32_t n, int64_t at, address done);
GUEST(fd_prestat_get) int32_t host_fd_prestat_get(int32_t fd, address prestat);
GUEST(fd_prestat_dir_name) int32_t host_fd_prestat_dir_name(int32_t fd, address name, uint32_t size);
GUEST(fd_pwrite) int32_t host_fd_pwrite(int32_t fd, address vecs, uint32_t n, int64_t at, address done);
GUEST(fd_read) int32_t host_fd_read(int32_t fd, address vecs, uint32_t n, address done);
GUEST(fd_readdir) int32_t host_fd_readdir(int32_t fd, address entries, uint32_t size, int64_t cookie, address used);
GUEST(fd_renumber) int32_t host_fd_renumber(int32_t fd, int32_t to);
GUEST(fd_seek) int32_t host_fd_seek(int32_t fd, int64_t offset, int32_t whence, address at);
GUEST(fd_sync) int32_t host_fd_sync(int32_t fd);
GUEST(fd_tell) int32_t host_fd_tell(int32_t fd, address at);
GUEST(fd_write) int32_t host_fd_write(int32_t fd, address vecs, uint32_t n, address done);
GUEST(path_filestat_get) int32_t host_path_filestat_get(int32_t fd, int32_t flags, address path, uint32_t size, address stat);
GUEST(path_open) int32_t host_path_open(int32_t fd, int32_t lookup, address path, uint32_t size, int32_t flags, int64_t rights, int64_t inherit, int32_t fd_flags, address opened);
GUEST(sched_yield) int32_t host_sched_yield(void);

/* Tells whether so many bytes from there on are in the job's memory. */
static inline bool in_guest(address at, uint64_t size) { return at + size <= (uint64_t)guest_pages() << 16; }

/* Copies out of the job's memory. */
static inline void load(uint8_t *to, address from, uint32_t size) {
    for (; size >= 8; size -= 8, to += 8, from += 8) {
        uint64_t eight = load64(from);
        __builtin_memcpy(to, &eight, 8);
    }
    for (; size > 0; size--) *to++ = load8(from++);
}

#endif
