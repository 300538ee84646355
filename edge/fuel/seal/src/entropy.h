#ifndef ENTROPY_H
#define ENTROPY_H

#include <stdbool.h>
#include <stdint.h>

/* Gives 64 bytes that nobody else can know; false = this host has no such. */
bool gather(uint8_t seed[64]);

/* Drawn by whoever made the job; package seal puts it in the place of the mark. */
extern volatile const uint8_t job_secret[32];

#endif
