#ifndef CALLS_H
#define CALLS_H

#include "guest.h"

/* A function that the job imports. */
#define CALL(name) __attribute__((export_name(#name))) int32_t name

/* Takes what the job prints on stdout, 1, or stderr, 2. */
void print(int32_t stream, address from, uint32_t size);

#endif
