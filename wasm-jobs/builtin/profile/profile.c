/* A fixed amount of work of one kind, for the host to take the time of: "work=integer",
 * "float", "simd" or "memory", and "units=N", millions of operations or of bytes. One
 * reading: the operations or bytes, and a sum that is the same on every device. */
#include <wasm_simd128.h>

#include "settings.h"

static uint32_t pool[1 << 18]; /* 1 MiB: more than small caches hold */

enum { turn = 2 * sizeof pool }; /* bytes of it, read and written */

static double integers(uint64_t n) {
    uint32_t x = 1;
    for (uint64_t i = 0; i < n / 4; i++) { /* a multiplication, an addition, a shift, an exclusive or */
        x = x * 1664525 + 1013904223;
        x ^= x >> 15;
    }
    return x;
}

static double floats(uint64_t n) {
    double a = 0.5, b = 0.25, c = 0.125, d = 0.0625;
    for (uint64_t i = 0; i < n / 8; i++) {
        a = a * 0.999999 + 1e-6;
        b = b * 0.999998 + 1e-6;
        c = c * 0.999997 + 1e-6;
        d = d * 0.999996 + 1e-6;
    }
    return a + b + c + d;
}

static double vectors(uint64_t n) {
    v128_t a = wasm_f32x4_splat(0.5f), b = wasm_f32x4_splat(0.25f), by = wasm_f32x4_splat(0.999f), add = wasm_f32x4_splat(1e-3f);
    for (uint64_t i = 0; i < n / 16; i++) {
        a = wasm_f32x4_add(wasm_f32x4_mul(a, by), add);
        b = wasm_f32x4_add(wasm_f32x4_mul(b, by), add);
    }
    return wasm_f32x4_extract_lane(a, 0) + wasm_f32x4_extract_lane(b, 3);
}

static double memory(uint64_t n) {
    uint32_t sum = 0, words = sizeof pool / sizeof *pool;
    for (uint64_t done = 0; done < n; done += turn)
        for (uint32_t i = 0; i < words; i++) {
            pool[i] += i;
            sum += pool[i];
        }
    return sum;
}

void _start(void) {
    open_job();
    struct text w, is, work = word("integer");
    double units = 10;
    for (uint32_t at = 0; next_word(&at, &w);) {
        if (setting(w, "work", &is)) work = is;
        else if (setting(w, "units", &is)) units = number(is);
        else fail(ERR_CONFIG, "profile knows work and units, not ", w);
    }
    if (!(units >= 1 && units <= 1e6)) fail(ERR_CONFIG, "units= is 1 to 1000000", word(""));
    uint64_t n = (uint64_t)units * 1000000;
    if (same(work, word("memory"))) n = (n + turn - 1) / turn * turn;
    double sum = 0;
    if (same(work, word("integer"))) sum = integers(n);
    else if (same(work, word("float"))) sum = floats(n);
    else if (same(work, word("simd"))) sum = vectors(n);
    else if (same(work, word("memory"))) sum = memory(n);
    else fail(ERR_CONFIG, "work= is integer, float, simd or memory, not ", work);
    struct reading r = {0, 0, 0, 0};
    while (batch && next_reading(&r)) {} /* at the time of the last one */
    double out[] = {(double)n, sum};
    emit(r.time, out, 2);
    close_job();
}
