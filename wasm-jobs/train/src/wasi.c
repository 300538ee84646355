/* The outside: WASI preview 1, by its raw system calls. A command module that
 * reads /inputs and writes /outputs, and asks for nothing else. */
#include "job.h"

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
IMPORT(proc_exit) _Noreturn void proc_exit(int32_t code);

enum { RIGHT_READ = 1 << 1, RIGHT_WRITE = 1 << 6, RIGHT_STAT = 1 << 21, STAT_SIZE = 4, CREATE_TRUNCATE = 1 | 8, FIRST_PREOPEN = 3 };

extern uint8_t __heap_base;
static uintptr_t heap;

void *allocate(size_t bytes) {
    if (!heap) heap = (uintptr_t)&__heap_base;
    uint64_t begin = (heap + 15) & ~(uint64_t)15, end = begin + bytes;
    if (end > UINT32_MAX) return NULL;
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
    if (end > have && __builtin_wasm_memory_grow(0, (uint32_t)((end - have + 0xffff) >> 16)) == (size_t)-1) return NULL;
    heap = (uintptr_t)end;
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

static const uint8_t *read_file(const char *path, size_t *size) {
    int32_t fd = open_file(path, 0, RIGHT_READ | RIGHT_STAT);
    uint64_t stat[8];
    if (fd < 0 || fd_filestat_get(fd, stat) != 0) proc_exit(ERR_OPEN);
    uint8_t *content = stat[STAT_SIZE] < UINT32_MAX ? allocate((size_t)stat[STAT_SIZE]) : NULL;
    if (!content) proc_exit(ERR_MEMORY);
    *size = (size_t)stat[STAT_SIZE];
    for (size_t at = 0; at < *size;) {
        struct vec vec = {content + at, (uint32_t)(*size - at)};
        uint32_t done;
        if (fd_read(fd, &vec, 1, &done) != 0 || done == 0) proc_exit(ERR_OPEN);
        at += done;
    }
    fd_close(fd);
    return content;
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

static void write_metrics(const struct metrics *m) {
    uint8_t out[40] = "TPM1";
    __builtin_memcpy(out + 8, &m->samples, 8);
    __builtin_memcpy(out + 16, &m->steps, 8);
    __builtin_memcpy(out + 24, &m->correct, 8);
    __builtin_memcpy(out + 32, &m->loss, 8);
    write_file("/outputs/metrics.bin", out, sizeof out);
}

void _start(void) {
    static struct job job;
    size_t plan_size, model_size, data_size;
    const uint8_t *plan = read_file("/inputs/plan.bin", &plan_size);
    const uint8_t *model = read_file("/inputs/model.safetensors", &model_size);
    const uint8_t *data = read_file("/inputs/data.safetensors", &data_size);
    enum status status = run_job(&job, plan, plan_size, model, model_size, data, data_size);
    if (status != OK) proc_exit(status);
    write_metrics(&job.metrics);
    if (job.update) write_file("/outputs/update.bin", job.update, job.update_size);
}
