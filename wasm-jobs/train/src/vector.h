/* Four floats at a time, the same source for WASM and for native builds. */
#ifndef VECTOR_H
#define VECTOR_H

#include <stdint.h>

/* Unaligned, so that rows of any length will do. */
typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t m4 __attribute__((vector_size(16), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE v4 load(const float *p) { return *(const v4 *)p; }
INLINE void store(float *p, v4 v) { *(v4 *)p = v; }
INLINE v4 splat(float v) { return (v4){v, v, v, v}; }

/* c + a * b, with two roundings. In WASM the instructions are written out for
 * wazero's sake, which compiles them in the order that they stand in:
 *   - a product overwrites its left factor, so that must be the one that is not
 *     needed again, or each product costs a copy; clang puts either first;
 *   - clang would sum the products of several steps of a loop one accumulator
 *     after the other, and then wazero spills the factors that wait. */
INLINE v4 multiply_add(v4 c, v4 a, v4 b) {
#ifdef __wasm__
    __asm__ volatile("local.get %0\n\tlocal.get %1\n\tlocal.get %2\n\tf32x4.mul\n\tf32x4.add\n\tlocal.set %0"
                     : "+r"(c)
                     : "r"(a), "r"(b));
    return c;
#else
    return c + a * b;
#endif
}

/* Hides from clang how p came about. wazero checks bounds once for a pointer and
 * all offsets up to the largest seen so far: so the offsets from one pointer
 * must stay offsets, and the largest of them must come first. */
INLINE const float *fresh(const float *p) {
    __asm__ volatile("" : "+r"(p));
    return p;
}
INLINE float *fresh_output(float *p) {
    __asm__ volatile("" : "+r"(p));
    return p;
}

/* For rows of a few hundred floats at most: wazero leaves the compiled code to
 * copy or fill memory in one instruction. */
INLINE void copy(float *to, const float *from, uint32_t n) {
    for (; n >= 4; n -= 4, to += 4, from += 4) store(fresh_output(to), load(from));
    for (; n; n--, to++, from++) *fresh_output(to) = *from;
}

INLINE void fill_zero(float *to, uint32_t n) {
    for (; n >= 4; n -= 4, to += 4) store(fresh_output(to), splat(0));
    for (; n; n--, to++) *fresh_output(to) = 0;
}

#endif
