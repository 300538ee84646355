/* The update file: deltas as fixed-point integers (README.md has the layout).
 * Rounding is stochastic, so that it does not bias the mean over devices; its
 * randomness is a pure function of the task's seed and the value's place. */
#include "job.h"

enum { HEADER = 24 };

static void put(uint8_t *at, uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = (uint8_t)(v >> (8 * i));
}

/* 2^e as a double, for e in the range of exponents. */
static double power_of_two(int e) {
    union {
        uint64_t u;
        double d;
    } b = {.u = (uint64_t)(1023 + e) << 52};
    return b.d;
}

/* Rounds up with the probability of the fraction. Twenty random bits: then the
 * sum is never rounded itself, and the largest value allowed stays what it is. */
static inline int32_t round_randomly(double v, uint64_t random) {
    return (int32_t)__builtin_floor(v + (double)(int32_t)(random >> 44) * 0x1p-20);
}

/* The n values of one tensor, from value number first on. */
#define WRITE_VALUES(width, type)                                                              \
    static void write_##width(uint8_t *out, const float *w, const float *base, uint32_t n,     \
                              double scale, uint64_t seed) {                                   \
        for (uint32_t i = 0; i < n; i++, out += sizeof(type)) {                                \
            type v = (type)round_randomly(((double)w[i] - (double)base[i]) * scale, mix64(seed + i)); \
            __builtin_memcpy(out, &v, sizeof v);                                               \
        }                                                                                      \
    }

WRITE_VALUES(1, int8_t)
WRITE_VALUES(2, int16_t)
WRITE_VALUES(4, int32_t)

/* The largest magnitude among the deltas; NaN or Inf if one is not finite. */
static float largest_delta(const float *w, const float *base, uint32_t n) {
    float top = 0;
    for (uint32_t i = 0; i < n; i++) {
        float d = __builtin_fabsf(w[i] - base[i]);
        if (!(d <= top)) top = d; /* a NaN stays */
    }
    return top;
}

static size_t size_of_header(const struct plan *plan) { return (HEADER + plan->tensors + 7) & ~(size_t)7; }

uint64_t size_of_update(const struct plan *plan) { return size_of_header(plan) + (uint64_t)plan->parameters * plan->width; }

enum status write_update(struct job *job) {
    const struct plan *plan = job->plan;
    size_t header = size_of_header(plan);
    uint8_t *out = job->update = (uint8_t *)job->gradient;
    job->update_size = (size_t)size_of_update(plan);
    __builtin_memset(out, 0, header);
    __builtin_memcpy(out, "TPU1", 4);
    out[4] = (uint8_t)plan->width;
    put(out + 6, plan->tensors, 2);
    put(out + 8, plan->parameters, 8);
    put(out + 16, plan->samples, 4);
    uint64_t seed = mix64(seed_of(plan) ^ 0x7570646174650000u);
    double largest = power_of_two(8 * (int)plan->width - 1) - 1;
    uint8_t *value = out + header;
    for (uint32_t t = 0, first = 0; t < plan->tensors; t++) {
        uint32_t n = job->counts[t];
        const float *w = job->weights + first, *base = job->base + first;
        double top = largest_delta(w, base, n);
        if (!(top - top == 0)) return ERR_FINITE;
        /* The float difference may have been rounded down. */
        top = top * (1 + 0x1p-23);
        int e = (int)plan->scale_bits;
        while (e >= -64 && top * power_of_two(e) > largest) e--;
        if (e < -64) return ERR_RANGE;
        out[HEADER + t] = (uint8_t)e;
        switch (plan->width) {
        case 1: write_1(value, w, base, n, power_of_two(e), seed + first); break;
        case 2: write_2(value, w, base, n, power_of_two(e), seed + first); break;
        default: write_4(value, w, base, n, power_of_two(e), seed + first);
        }
        value += (size_t)n * plan->width;
        first += n;
    }
    return OK;
}
