// A guest that makes the calls of WASI that /inputs/script lists, at addresses of its
// memory that the script chooses, and leaves in /outputs/log what each returned and
// what they made of that memory. Built by build.sh.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct { u32 at; u32 n; } buf;

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 name
WASI(path_open)(u32 dir, u32 look, u32 path, u32 n, u32 oflags, u64 rights, u64 inherit, u32 fdflags, u32 fd);
WASI(path_filestat_get)(u32 dir, u32 look, u32 path, u32 n, u32 stat);
WASI(path_unlink_file)(u32 dir, u32 path, u32 n);
WASI(path_rename)(u32 dir, u32 path, u32 n, u32 to, u32 new, u32 size);
WASI(fd_read)(u32 fd, u32 v, u32 n, u32 got);
WASI(fd_pread)(u32 fd, u32 v, u32 n, u64 at, u32 got);
WASI(fd_write)(u32 fd, u32 v, u32 n, u32 put);
WASI(fd_pwrite)(u32 fd, u32 v, u32 n, u64 at, u32 put);
WASI(fd_seek)(u32 fd, u64 by, u32 whence, u32 at);
WASI(fd_tell)(u32 fd, u32 at);
WASI(fd_close)(u32 fd);
WASI(fd_renumber)(u32 fd, u32 to);
WASI(fd_filestat_get)(u32 fd, u32 stat);
WASI(fd_filestat_set_size)(u32 fd, u64 size);
WASI(fd_fdstat_get)(u32 fd, u32 stat);
WASI(fd_fdstat_set_flags)(u32 fd, u32 flags);
WASI(fd_allocate)(u32 fd, u64 at, u64 n);
WASI(fd_advise)(u32 fd, u64 at, u64 n, u32 advice);
WASI(fd_sync)(u32 fd);
WASI(fd_datasync)(u32 fd);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(u32 code);

// The script lies at 1 MiB: the number of calls, the calls, and what they refer to.
#define SCRIPT 0x100000u
#define SIZE 0x10000u
struct call { u32 what, a, b, c; u64 d; u32 e, f; };

static u32 results[1024];

static u32 make(const struct call *c) {
	switch (c->what) {
	case 0: return path_open(c->a, 0, c->b, c->c, c->e, c->d, 0, c->f >> 24, SCRIPT + (c->f & 0xffffff));
	case 1: return fd_write(c->a, c->b, c->c, c->e);
	case 2: return fd_pwrite(c->a, c->b, c->c, c->d, c->e);
	case 3: return fd_read(c->a, c->b, c->c, c->e);
	case 4: return fd_pread(c->a, c->b, c->c, c->d, c->e);
	case 5: return fd_seek(c->a, c->d, c->b, c->e);
	case 6: return fd_tell(c->a, c->e);
	case 7: return fd_close(c->a);
	case 8: return fd_renumber(c->a, c->b);
	case 9: return fd_filestat_get(c->a, c->e);
	case 10: return fd_filestat_set_size(c->a, c->d);
	case 11: return fd_fdstat_get(c->a, c->e);
	case 12: return fd_fdstat_set_flags(c->a, c->b);
	case 13: return fd_allocate(c->a, c->d, c->b);
	case 14: return fd_advise(c->a, c->d, 1, c->b);
	case 15: return fd_sync(c->a);
	case 16: return fd_datasync(c->a);
	case 17: return path_filestat_get(c->a, 0, c->b, c->c, c->e);
	case 18: return path_unlink_file(c->a, c->b, c->c);
	case 19: return path_rename(c->a, c->b, c->c, c->a, c->b, c->c);
	}
	return 1000;
}

static u32 address(const void *at) { return (u32)(unsigned long)at; }

static u32 opened(const char *path, u32 n, u32 oflags, u64 rights) {
	u32 fd;
	if (path_open(3, 0, address(path), n, oflags, rights, 0, 0, address(&fd))) proc_exit(100);
	return fd;
}

void _start(void) {
	u32 n = 0;
	__builtin_wasm_memory_grow(0, 2 * SCRIPT >> 16);
	buf script = {SCRIPT, SIZE};
	u32 in = opened("inputs/script", 13, 0, 2);
	if (fd_read(in, address(&script), 1, address(&n)) || fd_close(in)) proc_exit(101);
	u32 calls = *(volatile u32 *)SCRIPT;
	if (calls > 1024) proc_exit(102);
	for (u32 i = 0; i < calls; i++) results[i] = make((const struct call *)(SCRIPT + 8) + i);
	buf log[2] = {{address(results), calls * 4}, {SCRIPT, SIZE}};
	if (fd_write(opened("outputs/log", 11, 9, 64), address(log), 2, address(&n))) proc_exit(103);
}
