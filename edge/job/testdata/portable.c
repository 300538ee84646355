// A guest that finds its files below whatever directories it is given, as WASI's
// libraries do, and ends as /inputs/do says. Built by build.sh.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct { const void *at; u32 n; } buf;

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 name
WASI(fd_prestat_get)(u32 fd, u32 *prestat);
WASI(fd_prestat_dir_name)(u32 fd, char *name, u32 n);
WASI(path_open)(u32 dir, u32 look, const char *path, u32 n, u32 oflags, u64 rights, u64 inherit, u32 fdflags, u32 *fd);
WASI(fd_read)(u32 fd, const buf *v, u32 n, u32 *got);
WASI(fd_write)(u32 fd, const buf *v, u32 n, u32 *put);
WASI(args_sizes_get)(u32 *count, u32 *size);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(u32 code);

static u8 room[1 << 16];

static u32 length(const char *s) { u32 n = 0; while (s[n]) n++; return n; }

// open opens a path such as inputs/do below the preopened directory that has it.
static u32 open(const char *path, u32 oflags, u64 rights) {
	u32 prestat[2], fd;
	char name[64];
	for (u32 dir = 3; !fd_prestat_get(dir, prestat); dir++) {
		u32 n = prestat[1], i = 0, from = 0;
		if (n >= sizeof name || fd_prestat_dir_name(dir, name, n)) continue;
		while (i < n && (name[i] == '/' || name[i] == '.')) i++;
		while (i < n && name[i] == path[from]) i++, from++;
		if (i < n) continue;
		if (path[from] == '/') from++;
		if (!path_open(dir, 0, path + from, length(path + from), oflags, rights, 0, 0, &fd)) return fd;
	}
	proc_exit(100);
}

void _start(void) {
	u8 what = 0;
	u32 n = 0, count = 0, size = 0;
	buf one = {&what, 1};
	if (fd_read(open("inputs/do", 0, 2), &one, 1, &n)) proc_exit(101);
	u32 out = open("outputs/out", 9, 64), in = open("inputs/data", 0, 2);
	do {
		buf some = {room, sizeof room};
		if (fd_read(in, &some, 1, &n)) proc_exit(102);
		some.n = n;
		if (fd_write(out, &some, 1, &n)) proc_exit(103);
	} while (n);
	args_sizes_get(&count, &size);
	buf counts = {&count, 4};
	fd_write(out, &counts, 1, &n);
	switch (what) {
	case 'r': return;
	case 'z': proc_exit(0);
	case 'x': proc_exit(42);
	case 'l': for (;;) __asm__ volatile("");
	default: __builtin_trap();
	}
}
