#ifndef AGE_H
#define AGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes an age file (age-encryption.org/v1) to one X25519 recipient: begin, any
 * number of writes, end. What comes of it goes to emit; once that fails, so does
 * everything. The seed gives all of its secrets and serves for one file. */
bool age_begin(const uint8_t recipient[32], const uint8_t seed[64]);
bool age_write(const void *data, size_t size);
bool age_end(void);

bool emit(const void *data, size_t size);

#endif
