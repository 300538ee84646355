/* The outside of a job: WASI preview 1, by its raw system calls. A command module
 * that reads /inputs and writes /outputs, and asks for nothing else.
 *
 * One source file of a module includes this, after it has given its exit codes
 * ERR_OPEN, for an input that cannot be read, and ERR_WRITE. */
#ifndef WASI_H
#define WASI_H

#include <stddef.h>
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

struct vec {
    const void *data;
    uint32_t size;
};

IMPORT(fd_prestat_get) int32_t fd_prestat_get(int32_t fd, uint32_t *prestat);
IMPORT(fd_prestat_dir_name) int32_t fd_prestat_dir_name(int32_t fd, char *name, uint32_t size);
IMPORT(path_open) int32_t path_open(int32_t dir, int32_t lookup, const char *path, uint32_t size, int32_t flags, int64_t rights, int64_t inherit, int32_t fd_flags, int32_t *fd);
IMPORT(fd_filestat_get) int32_t fd_filestat_get(int32_t fd, uint64_t *stat);
IMPORT(fd_read) int32_t fd_read(int32_t fd, const struct vec *vecs, uint32_t n, uint32_t *done);
IMPORT(fd_write) int32_t fd_write(int32_t fd, const struct vec *vecs, uint32_t n, uint32_t *done);
IMPORT(fd_close) int32_t fd_close(int32_t fd);
IMPORT(sched_yield) int32_t sched_yield(void);
IMPORT(proc_exit) _Noreturn void proc_exit(int32_t code);

enum { RIGHT_READ = 1 << 1, RIGHT_WRITE = 1 << 6, RIGHT_STAT = 1 << 21, STAT_SIZE = 4, CREATE_TRUNCATE = 1 | 8, FIRST_PREOPEN = 3 };

extern uint8_t __heap_base;
static uint64_t heap;

/* Memory comes from the host and is never given back. NULL = there is none. */
void *allocate(uint64_t bytes) {
    if (!heap) heap = (uintptr_t)&__heap_base;
    uint64_t begin = (heap + 15) & ~(uint64_t)15, end = begin + bytes;
    if (end > UINT32_MAX) return NULL;
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
    if (end > have && __builtin_wasm_memory_grow(0, (uint32_t)((end - have + 0xffff) >> 16)) == (size_t)-1) return NULL;
    heap = end;
    return (void *)(uintptr_t)begin;
}

static uint32_t length(const char *s) {
    uint32_t n = 0;
    while (s[n]) n++;
    return n;
}

/* Opens /<directory>/<name> below whichever preopened directory holds it:
 * hosts open /inputs and /outputs themselves, or a parent. */
static int32_t open_file(const char *path, int32_t flags, int64_t rights) {
    for (int32_t fd = FIRST_PREOPEN;; fd++) {
        uint32_t prestat[2];
        char name[64];
        if (fd_prestat_get(fd, prestat) != 0) return -1;
        uint32_t size = prestat[1];
        if (size >= sizeof name || fd_prestat_dir_name(fd, name, size) != 0) continue;
        while (size > 0 && name[size - 1] == '/') size--;
        uint32_t same = 0;
        while (same < size && path[same] == name[same]) same++;
        if (same < size || path[size] != '/') continue;
        const char *rest = path + size + 1;
        int32_t opened;
        if (path_open(fd, 0, rest, length(rest), flags, rights, rights, 0, &opened) == 0) return opened;
    }
}

static int32_t open_input(const char *path, uint64_t *size) {
    int32_t fd = open_file(path, 0, RIGHT_READ | RIGHT_STAT);
    uint64_t stat[8];
    if (fd < 0 || fd_filestat_get(fd, stat) != 0) proc_exit(ERR_OPEN);
    *size = stat[STAT_SIZE];
    return fd;
}

static void read_all(int32_t fd, uint8_t *content, uint32_t size) {
    for (uint32_t at = 0; at < size;) {
        struct vec vec = {content + at, size - at};
        uint32_t done;
        if (fd_read(fd, &vec, 1, &done) != 0 || done == 0) proc_exit(ERR_OPEN);
        at += done;
    }
}

static void write_file(const char *path, const uint8_t *data, size_t size) {
    int32_t fd = open_file(path, CREATE_TRUNCATE, RIGHT_WRITE);
    if (fd < 0) proc_exit(ERR_WRITE);
    while (size > 0) {
        struct vec vec = {data, (uint32_t)size};
        uint32_t done;
        if (fd_write(fd, &vec, 1, &done) != 0 || done == 0) proc_exit(ERR_WRITE);
        data += done;
        size -= done;
    }
    if (fd_close(fd) != 0) proc_exit(ERR_WRITE);
}

#endif
