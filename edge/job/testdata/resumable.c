/* A guest that can go on from a checkpoint, of steps that take some milliseconds. Its
 * input "do" says what it leaves behind before them: c closes its standard error, f
 * leaves a file open, o writes an output, anything else nothing. At its end it writes
 * what it came to, and the number of a file that it opens, which tells what it has open. */
enum { ERR_OPEN = 10, ERR_WRITE = 16, STEPS = 200, TURNS = 1000000 };

#include "../../../wasm-jobs/wasi/wasi.h"

static uint32_t steps;
static volatile uint32_t state;

static __attribute__((noinline)) void begin(void) {
    uint64_t size;
    uint8_t what = 0;
    int32_t fd = open_input("/inputs/do", &size);
    read_all(fd, &what, 1);
    if (what != 'f') fd_close(fd);
    if (what == 'c') fd_close(2);
    if (what == 'o') write_file("/outputs/early", &what, 1);
}

static __attribute__((noinline)) int step(void) {
    for (uint32_t i = 0; i < TURNS; i++) state = state * 1664525 + 1013904223;
    return ++steps < STEPS;
}

static __attribute__((noinline)) void end(void) {
    uint64_t size;
    uint32_t out[2] = {state, (uint32_t)open_input("/inputs/do", &size)};
    write_file("/outputs/out", (const uint8_t *)out, sizeof out);
}

__attribute__((noinline, export_name("tadpole.resume"))) void resume(void) {
    do sched_yield();
    while (step());
    end();
}

void _start(void) {
    begin();
    resume();
}
