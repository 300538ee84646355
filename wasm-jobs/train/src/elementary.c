/* exp and log from IEEE basic operations only, so that every machine gives the
 * same bits. Both are within a few ulp of the true value in double, far below
 * what the float results of a layer can tell. */
#include "job.h"

union bits {
    double d;
    uint64_t u;
};

/* 1/n!, from the highest. */
static const double inverse_factorials[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880,
                                            1.0 / 40320,      1.0 / 5040,      1.0 / 720,      1.0 / 120,     1.0 / 24,
                                            1.0 / 6,          1.0 / 2,         1.0,            1.0};

/* exp(n ln 2 + r) = 2^n exp(r), |r| <= ln(2)/2, where 13 terms of Taylor's series
 * are enough. ln 2 is in two parts, so that n times the first is exact. */
double exponential(double x) {
    if (x != x) return x;
    if (x > 709.0) x = 709.0;
    if (x < -708.0) return 0.0;
    double n = (double)(int32_t)(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
    double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
    double sum = 0.0;
    for (uint32_t i = 0; i < sizeof inverse_factorials / sizeof *inverse_factorials; i++) sum = sum * r + inverse_factorials[i];
    union bits scale = {.u = (uint64_t)(1023 + (int64_t)n) << 52};
    return sum * scale.d;
}

/* ln(m 2^e) = e ln 2 + 2 atanh((m-1)/(m+1)), m in [sqrt 1/2, sqrt 2). x > 0. */
double logarithm(double x) {
    union bits b = {.d = x};
    int64_t e = (int64_t)(b.u >> 52) - 1023;
    b.u = (b.u & 0xfffffffffffffu) | 0x3ff0000000000000u;
    if (b.d > 1.4142135623730951) {
        b.d = b.d * 0.5;
        e++;
    }
    double s = (b.d - 1.0) / (b.d + 1.0), s2 = s * s, sum = 0.0;
    for (int k = 25; k > 0; k -= 2) sum = 1.0 / k + s2 * sum;
    return (double)e * 0.693147180559945309417 + 2.0 * s * sum;
}
