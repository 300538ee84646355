// A streaming job that echoes, until a letter says otherwise. Built by build.sh.
typedef unsigned char u8;
typedef unsigned int u32;
typedef struct { const void *at; u32 n; } buf;

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 name
WASI(fd_read)(u32 fd, const buf *v, u32 n, u32 *got);
WASI(fd_write)(u32 fd, const buf *v, u32 n, u32 *put);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(u32 code);

static u8 room[1 << 16];
static volatile u32 spins;

static void put(u32 fd, const void *at, u32 n) { u32 done; buf v = {at, n}; if (fd_write(fd, &v, 1, &done)) proc_exit(9); }

void _start(void) {
	put(1, "hello;", 6); // before it reads anything
	for (;;) {
		u32 n = 0;
		buf v = {room, sizeof room};
		if (fd_read(0, &v, 1, &n)) proc_exit(8);
		if (n == 0) return; // its input has ended
		switch (room[0]) {
		case 'l': for (;;) spins++;
		case 'w': for (u32 i = 0; i < 10000000; i++) spins++; break; // work
		case 't': __builtin_trap();
		case 'o': for (;;) put(1, room, sizeof room);
		case 'x': put(2, "no luck", 7); proc_exit(42);
		case 'r': return; // although there is more
		}
		put(1, room, n);
	}
}
