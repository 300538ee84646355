/* A job over sensors' readings, as a WASI preview-1 command:
 *
 *     void _start(void) {
 *         open_job();
 *         int32_t stream, x = column(word("light"), &stream);
 *         struct reading r;
 *         while (next_reading(&r)) {
 *             double v = value(&r, stream, x);
 *             emit(r.time, &v, 1);
 *         }
 *         close_job();
 *     }
 *
 * The same source is a batch job and a streaming one: it is a batch where the host gives
 * /inputs/readings. README.md says what flows in and out.
 *
 * One source file of a module includes this. Whatever cannot go on ends the module with
 * one of the exit codes below, after a line on standard error. */
#ifndef TADPOLE_H
#define TADPOLE_H

#include <stddef.h>
#include <stdint.h>

enum {
    ERR_OPEN = 10,    /* an input cannot be read */
    ERR_CHANNEL = 11, /* a channel that is needed is in no stream */
    ERR_READING = 12, /* the readings are malformed */
    ERR_MEMORY = 13,  /* the memory limit is too low */
    ERR_CONFIG = 14,  /* edge.toml's config is not understood */
    ERR_WRITE = 16,   /* an output cannot be written */
};

#include "wasi.h"

/* A piece of text, which is not ended by a zero. */
struct text {
    const char *at;
    uint32_t size;
};

static inline struct text word(const char *s) { return (struct text){s, length(s)}; }

static inline int same(struct text a, struct text b) {
    if (a.size != b.size) return 0;
    for (uint32_t i = 0; i < a.size; i++)
        if (a.at[i] != b.at[i]) return 0;
    return 1;
}

/* Ends the job; who looks after the device reads why. */
static __attribute__((noinline)) _Noreturn void fail(int32_t code, const char *why, struct text what) {
    struct vec line[] = {{why, length(why)}, {what.at, what.size}, {"\n", 1}};
    uint32_t done;
    fd_write(2, line, 3, &done);
    proc_exit(code);
}

static __attribute__((noinline)) void *need(uint64_t bytes) {
    void *room = allocate(bytes);
    if (!room) fail(ERR_MEMORY, "more memory_mib is needed", word(""));
    return room;
}

static __attribute__((noinline)) struct text input_text(const char *path) {
    uint64_t size;
    int32_t fd = open_input(path, &size);
    char *content = need(size);
    read_all(fd, (uint8_t *)content, (uint32_t)size);
    fd_close(fd);
    return (struct text){content, (uint32_t)size};
}

enum { MAX_STREAMS = 64, MAX_VALUES = 255, MAX_READING = 3 + 64 + 8 + 32 + 8 * MAX_VALUES };

struct reading {
    int32_t stream;     /* its number among the job's inputs */
    int64_t time;       /* nanoseconds since 1970 */
    uint32_t count;     /* of values */
    const double *values; /* NaN = not read; until the next reading */
};

static struct text streams[MAX_STREAMS];  /* names of the job's inputs, in edge.toml's order */
static struct text channels[MAX_STREAMS]; /* of each: names with tabs between */
static int32_t stream_count;
static struct text config; /* of edge.toml, as it stands there */
static int batch;          /* whether the job runs once, over a window */

/* Input that is not used yet lies at [begin, end). */
static uint8_t *in;
static uint32_t in_begin, in_end;
static uint8_t out_buffer[1 << 16];
static uint32_t out_size;
static int32_t out_fd = 1;

/* Reads what there is beside the readings. To be called first. */
static void open_job(void) {
    config = input_text("/inputs/config");
    struct text lines = input_text("/inputs/channels");
    for (uint32_t at = 0; at < lines.size && stream_count < MAX_STREAMS; stream_count++) {
        uint32_t begin = at, name_end = 0;
        for (; at < lines.size && lines.at[at] != '\n'; at++)
            if (lines.at[at] == '\t' && !name_end) name_end = at;
        if (!name_end) name_end = at;
        streams[stream_count] = (struct text){lines.at + begin, name_end - begin};
        channels[stream_count] = name_end == at ? word("") : (struct text){lines.at + name_end + 1, at - name_end - 1};
        at++;
    }
    int32_t fd = open_file("/inputs/readings", 0, RIGHT_READ | RIGHT_STAT);
    batch = fd >= 0;
    if (!batch) {
        in = need(sizeof out_buffer);
        return;
    }
    fd_close(fd);
    struct text all = input_text("/inputs/readings");
    in = (uint8_t *)all.at;
    in_end = all.size;
    out_fd = open_file("/outputs/readings", CREATE_TRUNCATE, RIGHT_WRITE);
    if (out_fd < 0) fail(ERR_WRITE, "cannot write the readings", word(""));
}

/* The name of a stream's channel; of size 0 where there are no more. */
static struct text channel(int32_t stream, uint32_t column) {
    struct text all = channels[stream];
    for (uint32_t at = 0; at < all.size; column--) {
        uint32_t begin = at;
        while (at < all.size && all.at[at] != '\t') at++;
        if (column == 0) return (struct text){all.at + begin, at - begin};
        at++;
    }
    return word("");
}

/* Finds a channel in a stream. -1 = there is none. */
static int32_t column_of(int32_t stream, struct text name) {
    for (uint32_t i = 0;; i++) {
        struct text one = channel(stream, i);
        if (one.size == 0) return -1;
        if (same(one, name)) return (int32_t)i;
    }
}

/* Finds a channel by "name", in the first stream that has it, or by "stream/name". None
 * is the end of the job. */
static int32_t column(struct text name, int32_t *stream) {
    for (*stream = 0; *stream < stream_count; ++*stream) {
        int32_t found = column_of(*stream, name);
        if (found >= 0) return found;
    }
    for (*stream = 0; *stream < stream_count; ++*stream) {
        struct text s = streams[*stream];
        if (name.size <= s.size || name.at[s.size] != '/' || !same(s, (struct text){name.at, s.size})) continue;
        int32_t found = column_of(*stream, (struct text){name.at + s.size + 1, name.size - s.size - 1});
        if (found >= 0) return found;
    }
    fail(ERR_CHANNEL, "the job's input has no channel ", name);
}

/* A reading's value of a stream's column; NaN if it is another stream's, or was not read. */
static inline double value(const struct reading *r, int32_t stream, int32_t column) {
    return r->stream == stream && (uint32_t)column < r->count ? r->values[column] : __builtin_nan("");
}

static __attribute__((noinline)) void flush(void) {
    for (uint32_t at = 0; at < out_size;) {
        struct vec v = {out_buffer + at, out_size - at};
        uint32_t done;
        if (fd_write(out_fd, &v, 1, &done) != 0 || done == 0) fail(ERR_WRITE, "cannot write the readings", word(""));
        at += done;
    }
    out_size = 0;
}

/* To be called last: what was emitted is written. */
static void close_job(void) {
    flush();
    if (batch && fd_close(out_fd) != 0) fail(ERR_WRITE, "cannot write the readings", word(""));
}

/* Lets a batch job see its readings once more. */
static inline void again(void) { in_begin = 0; }

static inline uint64_t big_endian_8(const uint8_t *at) {
    uint64_t x;
    __builtin_memcpy(&x, at, 8);
    return __builtin_bswap64(x);
}

static inline uint32_t big_endian_4(const uint8_t *at) {
    uint32_t x;
    __builtin_memcpy(&x, at, 4);
    return __builtin_bswap32(x);
}

/* Reads the reading at the beginning of the input that there is; 0 = it is not whole. */
static int decode(struct reading *r) {
    static double values[MAX_VALUES];
    const uint8_t *at = in + in_begin;
    uint32_t have = in_end - in_begin;
    if (have < 2) return 0;
    uint32_t name = at[1], head = 2 + name + 9;
    if (at[0] != 1) fail(ERR_READING, "a reading of another version than 1", word(""));
    if (have < head) return 0;
    uint32_t count = at[head - 1], wide = head, next = head + (count + 7) / 8;
    if (have < next) return 0;
    for (uint32_t i = 0; i < count; i++) {
        int eight = at[wide + i / 8] >> (i % 8) & 1;
        if (have < next + (eight ? 8 : 4)) return 0;
        if (eight) {
            uint64_t bits = big_endian_8(at + next);
            __builtin_memcpy(&values[i], &bits, 8);
            next += 8;
        } else {
            uint32_t bits = big_endian_4(at + next);
            float narrow;
            __builtin_memcpy(&narrow, &bits, 4);
            values[i] = narrow;
            next += 4;
        }
    }
    struct text source = {(const char *)at + 2, name};
    for (r->stream = 0; r->stream < stream_count && !same(streams[r->stream], source);) r->stream++;
    r->time = (int64_t)big_endian_8(at + 2 + name);
    r->count = count;
    r->values = values;
    in_begin += next;
    return 1;
}

/* Gives the next reading, in the order in which they came; 0 = there are no more. A
 * streaming job waits for it, and has written what it emitted before it does. */
static __attribute__((noinline)) int next_reading(struct reading *r) {
    while (!decode(r)) {
        if (batch) {
            if (in_begin < in_end) fail(ERR_READING, "the readings are cut off", word(""));
            return 0;
        }
        flush();
        __builtin_memmove(in, in + in_begin, in_end - in_begin);
        in_end -= in_begin;
        in_begin = 0;
        struct vec v = {in + in_end, sizeof out_buffer - in_end};
        uint32_t done;
        if (fd_read(0, &v, 1, &done) != 0) fail(ERR_OPEN, "cannot read the readings", word(""));
        if (done == 0) {
            if (in_end > 0) fail(ERR_READING, "the readings are cut off", word(""));
            return 0;
        }
        in_end += done;
    }
    return 1;
}

/* Writes a reading of at most MAX_VALUES values. Batch jobs find it in the file at the
 * end, streaming ones send it when they read on, or sooner. */
static void emit(int64_t time, const double *values, uint32_t count) {
    if (out_size + MAX_READING > sizeof out_buffer) flush();
    uint8_t *to = out_buffer + out_size, *wide;
    uint64_t when = __builtin_bswap64((uint64_t)time);
    *to++ = 1;
    *to++ = 1;
    *to++ = '-'; /* the host writes the job's name */
    __builtin_memcpy(to, &when, 8);
    to += 8;
    *to++ = (uint8_t)count;
    wide = to;
    for (uint32_t i = 0; i < (count + 7) / 8; i++) *to++ = 0;
    for (uint32_t i = 0; i < count; i++) {
        float narrow = (float)values[i];
        uint32_t bits;
        __builtin_memcpy(&bits, &narrow, 4);
        if (values[i] != values[i]) bits = 0x7fc00000;
        if (values[i] != values[i] || (double)narrow == values[i]) {
            bits = __builtin_bswap32(bits);
            __builtin_memcpy(to, &bits, 4);
            to += 4;
        } else {
            uint64_t all;
            __builtin_memcpy(&all, &values[i], 8);
            all = __builtin_bswap64(all);
            __builtin_memcpy(to, &all, 8);
            to += 8;
            wide[i / 8] |= (uint8_t)(1 << i % 8);
        }
    }
    out_size = (uint32_t)(to - out_buffer);
}

#endif
