#ifndef STRING_H
#define STRING_H

#include <stddef.h>

static inline void *memcpy(void *to, const void *from, size_t size) { return __builtin_memcpy(to, from, size); }
static inline void *memset(void *to, int byte, size_t size) { return __builtin_memset(to, byte, size); }

#endif
