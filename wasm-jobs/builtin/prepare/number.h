/* Numbers as text that reads back as the same double. */
#ifndef NUMBER_H
#define NUMBER_H

#include "settings.h"

enum { LIMBS = 40, NUMBER_SIZE = 32 };

/* A natural number below 2^1280, lowest limb first. */
struct natural {
    uint32_t limb[LIMBS];
};

static void times(struct natural *a, uint32_t by) {
    uint64_t carry = 0;
    for (uint32_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t)a->limb[i] * by;
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* Takes b off a if a is not less; 0 = it is less. */
static int take_off(struct natural *a, const struct natural *b) {
    uint32_t i = LIMBS - 1;
    while (i > 0 && a->limb[i] == b->limb[i]) i--;
    if (a->limb[i] < b->limb[i]) return 0;
    uint64_t borrow = 0;
    for (i = 0; i < LIMBS; i++) {
        uint64_t d = (uint64_t)a->limb[i] - b->limb[i] - borrow;
        a->limb[i] = (uint32_t)d;
        borrow = d >> 63;
    }
    return 1;
}

static uint32_t put_whole(char *to, uint64_t v) {
    char digits[20];
    uint32_t n = 0;
    do digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    for (uint32_t i = 0; i < n; i++) to[i] = digits[n - 1 - i];
    return n;
}

/* Writes 17 digits of a positive number, which name each double, by long division. */
static uint32_t put_exact(char *to, double v) {
    uint64_t bits;
    __builtin_memcpy(&bits, &v, 8);
    int32_t exponent = (int32_t)(bits >> 52), scale = 0;
    uint64_t m = bits & 0xfffffffffffff;
    if (exponent) m |= 1ull << 52;
    else exponent = 1;
    exponent -= 1075;
    static struct natural above, below, ten;
    above = below = (struct natural){{0}};
    above.limb[0] = (uint32_t)m;
    above.limb[1] = (uint32_t)(m >> 32);
    below.limb[0] = 1;
    for (int32_t e = exponent; e > 0; e--) times(&above, 2);
    for (int32_t e = exponent; e < 0; e++) times(&below, 2);
    for (;; scale++) { /* until v < 10 */
        ten = below;
        times(&ten, 10);
        struct natural rest = above;
        if (!take_off(&rest, &ten)) break;
        below = ten;
    }
    for (;; scale--) { /* until v >= 1 */
        struct natural rest = above;
        if (take_off(&rest, &below)) break;
        times(&above, 10);
    }
    char digits[18];
    for (uint32_t i = 0; i < 17; i++) {
        digits[i] = 0;
        while (take_off(&above, &below)) digits[i]++;
        times(&above, i < 16 ? 10 : 2); /* at last, what is left of half a digit */
    }
    if (take_off(&above, &below)) {
        int32_t i = 16;
        while (i >= 0 && digits[i] == 9) digits[i--] = 0;
        if (i >= 0) digits[i]++;
        else digits[0] = 1, scale++;
    }
    uint32_t n = 17, size = 0;
    while (n > 1 && digits[n - 1] == 0) n--;
    for (uint32_t i = 0; i < n; i++) {
        if (i == 1) to[size++] = '.';
        to[size++] = (char)('0' + digits[i]);
    }
    to[size++] = 'e';
    if (scale < 0) to[size++] = '-';
    return size + put_whole(to + size, (uint64_t)(scale < 0 ? -scale : scale));
}

/* Writes a number into NUMBER_SIZE bytes and gives how many it took: as a short decimal
 * where one names it, which sensors' values mostly are. */
static uint32_t put_number(char *to, double v) {
    uint32_t size = 0;
    if (__builtin_signbit(v)) to[size++] = '-', v = -v;
    if (v > __DBL_MAX__) {
        __builtin_memcpy(to + size, "inf", 3);
        return size + 3;
    }
    double power = 1;
    for (uint32_t k = 0; k <= 17; k++, power *= 10) {
        double digits = __builtin_floor(v * power + 0.5);
        if (digits >= 0x1p53) break;
        if (digits / power != v) continue; /* both exact, so a reader that rounds rightly finds v */
        char all[20];
        uint32_t n = put_whole(all, (uint64_t)digits), fraction = k;
        for (uint32_t i = n; i <= fraction; i++) to[size++] = '0'; /* 0.0 before the digits */
        for (uint32_t i = 0; i < n; i++) to[size++] = all[i];
        if (fraction == 0) return size;
        for (uint32_t i = 0; i < fraction; i++) to[size - i] = to[size - i - 1];
        to[size - fraction] = '.';
        return size + 1;
    }
    return size + put_exact(to + size, v);
}

#endif
