/* The inner loops: sixteen values a turn, so that a host's check of bounds and of
 * fuel is paid once for all of them. */
#include <wasm_simd128.h>

#include "fold.h"

/* Hides from clang how p came about: the offsets from one pointer stay offsets, and
 * wazero checks bounds once for the largest, which is loaded first. */
#define FRESH(p) __asm__ volatile("" : "+r"(p))

static inline int64_t value_at(const uint8_t *values, uint32_t width) {
    switch (width) {
    case 1: return (int8_t)values[0];
    case 2: return (int16_t)(values[0] | values[1] << 8);
    default: return (int32_t)((uint32_t)values[0] | (uint32_t)values[1] << 8 | (uint32_t)values[2] << 16 | (uint32_t)values[3] << 24);
    }
}

/* sum[0..4) += v * factor, of 32-bit factors. */
static inline __attribute__((always_inline)) void add4(int64_t *sum, v128_t v, v128_t factor) {
    v128_t high = wasm_i64x2_extmul_high_i32x4(v, factor), low = wasm_i64x2_extmul_low_i32x4(v, factor);
    wasm_v128_store(sum + 2, wasm_i64x2_add(wasm_v128_load(sum + 2), high));
    wasm_v128_store(sum, wasm_i64x2_add(wasm_v128_load(sum), low));
}

static inline __attribute__((always_inline)) void add8(int64_t *sum, v128_t v, v128_t factor) {
    add4(sum + 4, wasm_i32x4_extend_high_i16x8(v), factor);
    add4(sum, wasm_i32x4_extend_low_i16x8(v), factor);
}

void add_scaled(int64_t *sum, const uint8_t *values, uint64_t n, uint32_t width, int64_t factor) {
    if (factor == (int32_t)factor) {
        const v128_t f = wasm_i32x4_splat((int32_t)factor);
        for (; n >= 16; n -= 16, sum += 16, values += 16 * width) {
            FRESH(sum);
            FRESH(values);
            if (width == 1) {
                v128_t v = wasm_v128_load(values);
                add8(sum + 8, wasm_i16x8_extend_high_i8x16(v), f);
                add8(sum, wasm_i16x8_extend_low_i8x16(v), f);
            } else if (width == 2) {
                v128_t high = wasm_v128_load(values + 16), low = wasm_v128_load(values);
                add8(sum + 8, high, f);
                add8(sum, low, f);
            } else {
                v128_t d = wasm_v128_load(values + 48), c = wasm_v128_load(values + 32), b = wasm_v128_load(values + 16), a = wasm_v128_load(values);
                add4(sum + 12, d, f);
                add4(sum + 8, c, f);
                add4(sum + 4, b, f);
                add4(sum, a, f);
            }
        }
    }
    /* Unsigned, because products that wrap belong to zeros alone: the range was
     * checked. */
    for (; n; n--, sum++, values += width) *sum = (int64_t)((uint64_t)*sum + (uint64_t)value_at(values, width) * (uint64_t)factor);
}

uint64_t largest(const uint8_t *values, uint64_t n, uint32_t width) {
    int64_t low = 0, high = 0;
    for (; n; n--, values += width) {
        int64_t v = value_at(values, width);
        if (v < low) low = v;
        if (v > high) high = v;
    }
    return (uint64_t)(high > -low ? high : -low);
}
