// A guest that does as /inputs/do says, mostly things that no job should do.
// Built by build.sh; the test that names a letter says what is expected of it.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct { const void *at; u32 n; } buf;

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 name
WASI(path_open)(u32 dir, u32 look, const char *path, u32 n, u32 oflags, u64 rights, u64 inherit, u32 fdflags, u32 *fd);
WASI(fd_read)(u32 fd, const buf *v, u32 n, u32 *got);
WASI(fd_write)(u32 fd, const buf *v, u32 n, u32 *put);
WASI(fd_seek)(u32 fd, u64 at, u32 whence, u64 *now);
WASI(fd_close)(u32 fd);
WASI(fd_readdir)(u32 fd, void *b, u32 n, u64 cookie, u32 *used);
WASI(path_unlink_file)(u32 dir, const char *path, u32 n);
WASI(path_create_directory)(u32 dir, const char *path, u32 n);
WASI(path_rename)(u32 dir, const char *path, u32 n, u32 to, const char *name, u32 m);
WASI(clock_time_get)(u32 id, u64 precision, u64 *t);
WASI(random_get)(void *b, u32 n);
WASI(environ_sizes_get)(u32 *count, u32 *size);
WASI(args_sizes_get)(u32 *count, u32 *size);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(u32 code);

enum { CREAT = 1, TRUNC = 8, READ = 2, WRITE = 64 };
static u8 room[1 << 20];

static u32 length(const char *s) { u32 n = 0; while (s[n]) n++; return n; }
enum { ROOT = 3 }; // the one directory that a job is given
#define IN "inputs/"
#define OUT "outputs/"
static u32 open(u32 dir, const char *path, u32 oflags, u64 rights, u32 *fd) {
	return path_open(dir, 0, path, length(path), oflags, rights, 0, 0, fd);
}
static u32 put(u32 fd, const void *at, u32 n) { u32 done = 0; buf v = {at, n}; return fd_write(fd, &v, 1, &done); }
static u32 get(u32 fd, void *at, u32 n) { u32 done = 0; buf v = {at, n}; return fd_read(fd, &v, 1, &done) ? 0 : done; }
static u32 create(const char *name) {
	u32 fd, n = length(OUT);
	char path[64] = OUT;
	for (u32 i = 0; i <= length(name); i++) path[n + i] = name[i];
	if (open(ROOT, path, CREAT | TRUNC, WRITE, &fd)) proc_exit(101);
	return fd;
}
static void result(const void *at, u32 n) { if (put(create("out"), at, n)) proc_exit(102); }
static u32 deep(volatile u32 n) { return n == 0xffffffff ? 0 : deep(n + 1) + n; }

static void echo(void) {
	u32 from, n, to = create("out");
	if (open(ROOT, IN "data", 0, READ, &from)) proc_exit(103);
	while ((n = get(from, room, sizeof room))) if (put(to, room, n)) proc_exit(104);
}

static void grow(void) {
	for (;;) {
		u32 pages = __builtin_wasm_memory_grow(0, 16);
		if (pages == 0xffffffff) return;
		*(volatile u8 *)(pages << 16) = 1;
	}
}

static void flood(u32 fd) { for (u32 i = 0; i < 10240; i++) put(fd, room, sizeof room); }

static void openMany(void) {
	u32 opened = 0, fd;
	for (u32 i = 0; i < 10000; i++) opened += !open(ROOT, IN "data", 0, READ, &fd);
	fd_close(fd); // makes room for the result
	result(&opened, 4);
}

static void createMany(void) {
	char name[] = "0000";
	for (u32 i = 0; i < 10000; i++) {
		for (u32 k = 0, rest = i; k < 4; k++, rest /= 10) name[3 - k] = '0' + rest % 10;
		fd_close(create(name));
	}
}

static void escape(void) {
	const char *paths[] = {"../etc/passwd", "/etc/passwd", "data/../../etc/passwd", "./../../etc/passwd", "/inputs/data/../../../etc/passwd", "..", "/", "data/x", "\0", "proc/self/environ", "../outputs/out"};
	u32 got = 0, fd;
	for (u32 i = 0; i < sizeof paths / sizeof *paths; i++) for (u32 dir = 0; dir < 6; dir++) got += !open(dir, paths[i], 0, READ, &fd);
	result(&got, 4);
}

static void writeInputs(void) {
	u32 did = 0, fd;
	did += !open(ROOT, IN "data", 0, WRITE, &fd);
	did += !open(ROOT, IN "data", TRUNC, READ | WRITE, &fd);
	did += !open(ROOT, IN "new", CREAT, WRITE, &fd);
	did += !path_unlink_file(ROOT, IN "data", 11);
	did += !path_create_directory(ROOT, IN "d", 8);
	did += !path_create_directory(ROOT, OUT "d", 9);
	did += !path_rename(ROOT, IN "data", 11, ROOT, OUT "data", 12);
	did += !open(ROOT, IN "data", 0, READ, &fd) && !put(fd, "x", 1);
	result(&did, 4);
}

static void world(void) {
	u64 t;
	u32 a, b, fd = create("out");
	for (u32 id = 0; id < 2; id++) for (u32 i = 0; i < 2; i++) { t = 99; clock_time_get(id, 1, &t); put(fd, &t, 8); }
	random_get(room, 32);
	put(fd, room, 32);
	environ_sizes_get(&a, &b); put(fd, &a, 4);
	args_sizes_get(&a, &b); put(fd, &a, 4);
	a = get(0, room, 1); put(fd, &a, 4);
	u32 in;
	if (open(ROOT, "inputs", 0, READ, &in)) proc_exit(107);
	fd_readdir(in, room, 4096, 0, &a); put(fd, room, a);
}

static void places(void) {
	u64 now;
	u32 fd = create("out"), again;
	put(fd, "hello world", 11);
	fd_seek(fd, 6, 0, &now);
	put(fd, "W", 1);
	fd_seek(fd, 2, 2, &now);
	put(fd, "!", 1);
	if (get(fd, room, 1)) proc_exit(105); // outputs are write-only
	if (open(ROOT, OUT "out", 0, WRITE, &again)) proc_exit(106);
	put(again, "J", 1);
	fd_close(again);
	put(create("a"), "first", 5);
}

void _start(void) {
	u32 fd;
	u8 what = 0;
	if (open(ROOT, IN "do", 0, READ, &fd) || get(fd, &what, 1) != 1) proc_exit(100);
	switch (what) {
	case 'e': echo(); break;
	case 'l': for (;;) __asm__ volatile(""); // for ever
	case 'm': grow(); __builtin_trap();
	case 'M': grow(); proc_exit(1);
	case 'g': grow(); result("fine", 4); break;
	case 't': __builtin_trap();
	case 'w': flood(create("out")); break;
	case 's': flood(2); put(2, "the end", 7); echo(); break;
	case 'o': openMany(); break;
	case 'n': createMany(); break;
	case 'p': escape(); break;
	case 'i': writeInputs(); break;
	case 'c': fd_close(0); fd_close(1); fd_close(2); put(1, "x", 1); put(2, "x", 1); echo(); break;
	case 'r': deep(0); break;
	case 'x': put(2, "no luck", 7); proc_exit(42);
	case 'z': proc_exit(0);
	case 'd': world(); break;
	case 'k': places(); break;
	default: proc_exit(99);
	}
}
