/* The host as this module itself calls it: with its own memory, and for the one
 * file that it writes. */
#ifndef OWN_H
#define OWN_H

#include <stdint.h>

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

struct vec {
    const void *data;
    uint32_t size;
};

WASI(clock_time_get) int32_t clock_time_get(int32_t clock, int64_t precision, uint64_t *time);
WASI(random_get) int32_t random_get(uint8_t *to, uint32_t size);
WASI(path_open) int32_t own_path_open(int32_t dir, int32_t lookup, const char *path, uint32_t size, int32_t flags, int64_t rights, int64_t inherit, int32_t fd_flags, int32_t *fd);
WASI(fd_write) int32_t own_fd_write(int32_t fd, const struct vec *vecs, uint32_t n, uint32_t *done);
WASI(fd_close) int32_t own_fd_close(int32_t fd);
WASI(proc_exit) _Noreturn void own_proc_exit(int32_t code);

#endif
