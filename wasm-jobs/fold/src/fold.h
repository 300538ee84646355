/* The partial sum of a shard's updates, as aggregator/combine adds them: what it
 * refuses is refused here, and every other sum is the same to the last bit. The
 * formats of the files are in README.md. */
#ifndef FOLD_H
#define FOLD_H

#include <stddef.h>
#include <stdint.h>

/* How a job ends; the exit codes of fold.wasm, which fold.go repeats. */
enum status {
    OK = 0,
    ERR_OPEN = 10,   /* the shard cannot be opened or read to its end */
    ERR_SHARD = 11,  /* its form is malformed, or bytes follow its last update */
    ERR_MEMORY = 13, /* the memory limit is too low */
    ERR_WRITE = 16,  /* the sum cannot be written */
    ERR_UPDATE = 20, /* an update is malformed: combine.ErrUpdate */
    ERR_RANGE = 21,  /* a value, exponent or weight is out of range: combine.ErrRange */
    ERR_MANY = 22,   /* there are more updates than the form allows in a sum */
};

/* The form as the shard begins with it, and the values in each tensor. */
struct form {
    uint32_t magic;
    uint8_t width, scale_bits;
    uint16_t tensors;
    uint64_t max_samples, max_updates;
    uint64_t counts[];
};

/* The first four bytes of each kind of file, as a word. */
enum { FORM = 0x31465054, UPDATE = 0x31555054, PARTIAL = 0x31535054 }; /* "TPF1", "TPU1", "TPS1" */

/* The largest magnitude that a sum may reach. */
#define HEADROOM (INT64_MAX / 2)

enum { MAX_SCALE_BITS = 40, MAX_SHIFT = 62 };

/* update.c: the size in bytes of an update's header, and of a whole update; 0 =
 * more than there can be. */
uint32_t size_of_header(const struct form *form);
uint64_t size_of_update(const struct form *form, uint64_t values);

/* update.c: adds one update of so many bytes, of which no more than a whole one has
 * need be there; after a failure the sum is of no use to anybody. */
enum status add_update(const struct form *form, uint64_t values, uint64_t samples, const uint8_t *update, uint64_t size, int64_t *sum);

/* add.c: sum[i] += value[i] * factor, for n little-endian values of the width. */
void add_scaled(int64_t *sum, const uint8_t *values, uint64_t n, uint32_t width, int64_t factor);

/* add.c: the largest magnitude among the values. */
uint64_t largest(const uint8_t *values, uint64_t n, uint32_t width);

#endif
