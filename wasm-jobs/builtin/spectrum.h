/* The spectrum of a series of about evenly spaced values: mean taken off, Hann window,
 * zeros up to a power of two, FFT. */
#ifndef SPECTRUM_H
#define SPECTRUM_H

#include "statistic.h"

struct spectrum {
    uint32_t n;    /* of the transform; bins 0 to n / 2 count */
    double *power; /* of each bin: together the series' mean square about its mean */
    double step;   /* Hz a bin; 0 = nothing can be told */
};

static const double pi = 3.14159265358979323846;

/* Sine and cosine of an angle from 0 to pi / 4, by their series. */
static void small_turn(double x, double *sine, double *cosine) {
    double s = x, c = 1, term_s = x, term_c = 1;
    for (int k = 1; k < 12; k++) {
        term_c *= -x * x / ((2 * k - 1) * (2 * k));
        term_s *= -x * x / ((2 * k) * (2 * k + 1));
        c += term_c;
        s += term_s;
    }
    *sine = s;
    *cosine = c;
}

/* Sine and cosine of k / n of a whole turn, for n a multiple of 8. */
static void turn(uint32_t k, uint32_t n, double *sine, double *cosine) {
    uint32_t eighth = n / 8, part = k / eighth % 8, rest = k % eighth;
    double s, c, t;
    if (part % 2) small_turn(2 * pi * (eighth - rest) / n, &c, &s); /* from the next multiple of a quarter, back */
    else small_turn(2 * pi * rest / n, &s, &c);
    for (uint32_t quarter = part / 2; quarter > 0; quarter--) t = s, s = c, c = -t;
    *sine = s;
    *cosine = c;
}

/* Transforms n = 2^m values in place. */
static void fft(double *re, double *im, uint32_t n, const double *sine, const double *cosine) {
    for (uint32_t i = 1, j = 0; i < n; i++) {
        uint32_t bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i >= j) continue;
        double t = re[i];
        re[i] = re[j];
        re[j] = t;
    } /* im is zeros as yet */
    for (uint32_t half = 1; half < n; half <<= 1)
        for (uint32_t k = 0; k < half; k++) {
            double c = cosine[k * (n / 2 / half)], s = -sine[k * (n / 2 / half)];
            for (uint32_t a = k; a < n; a += 2 * half) {
                uint32_t b = a + half;
                double x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
                re[b] = re[a] - x;
                im[b] = im[a] - y;
                re[a] += x;
                im[a] += y;
            }
        }
}

static struct spectrum spectrum_of(struct series s) {
    struct spectrum sp = {8, 0, 0};
    while (sp.n < s.n) sp.n *= 2;
    sp.power = need(8 * (uint64_t)(sp.n / 2 + 1));
    for (uint32_t k = 0; k <= sp.n / 2; k++) sp.power[k] = 0;
    if (s.n < 3 || s.times[s.n - 1] <= s.times[0]) return sp;
    double rate = (s.n - 1) * 1e9 / (double)(s.times[s.n - 1] - s.times[0]), mean = statistic_of(MEAN, s), weights = 0;
    double *re = need(8 * (uint64_t)sp.n), *im = need(8 * (uint64_t)sp.n);
    double *sine = need(8 * (uint64_t)(sp.n / 2)), *cosine = need(8 * (uint64_t)(sp.n / 2));
    for (uint32_t k = 0; k < sp.n / 2; k++) turn(k, sp.n, &sine[k], &cosine[k]);
    for (uint32_t i = 0; i < sp.n; i++) {
        re[i] = im[i] = 0;
        if (i >= s.n) continue;
        /* The window's cosine, from the transform's table by the nearest angle between. */
        double at = (double)(i + 1) / (s.n + 1) * sp.n;
        uint32_t k = (uint32_t)at;
        double d = 2 * pi * (at - k) / sp.n, ds, dc, ks, kc;
        small_turn(d, &ds, &dc);
        turn(k, sp.n, &ks, &kc);
        double w = 0.5 - 0.5 * (kc * dc - ks * ds);
        weights += w * w;
        re[i] = w * (s.values[i] - mean);
    }
    fft(re, im, sp.n, sine, cosine);
    for (uint32_t k = 0; k <= sp.n / 2; k++)
        sp.power[k] = (k == 0 || k == sp.n / 2 ? 1 : 2) * (re[k] * re[k] + im[k] * im[k]) / (sp.n * weights);
    sp.step = rate / sp.n;
    return sp;
}

/* The strongest frequency in Hz, between bins by a parabola; NaN if nothing moves. */
static double frequency(struct spectrum sp) {
    uint32_t best = 1;
    for (uint32_t k = 2; k < sp.n / 2; k++)
        if (sp.power[k] > sp.power[best]) best = k;
    if (!(sp.power[best] > 0)) return __builtin_nan("");
    double l = __builtin_sqrt(sp.power[best - 1]), m = __builtin_sqrt(sp.power[best]), r = __builtin_sqrt(sp.power[best + 1]);
    double bend = l - 2 * m + r;
    return (best + (bend < 0 ? 0.5 * (l - r) / bend : 0)) * sp.step;
}

/* The mean square of what lies in a band, from a frequency up to another. */
static double band(struct spectrum sp, double from, double to) {
    if (sp.step == 0) return __builtin_nan("");
    double sum = 0;
    for (uint32_t k = 0; k <= sp.n / 2; k++)
        if (k * sp.step >= from && k * sp.step < to) sum += sp.power[k];
    return sum;
}

/* How often a series crosses its mean. */
static double crossings(struct series s) {
    if (s.n == 0) return __builtin_nan("");
    double mean = statistic_of(MEAN, s);
    uint32_t n = 0;
    int side = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        int now = s.values[i] > mean ? 1 : s.values[i] < mean ? -1 : side;
        n += side && now != side;
        side = now;
    }
    return n;
}

#endif
