/* What edge.toml's config tells a built-in job: words with spaces or newlines between, as
 *
 *     channel=light above=300 below=250 for=5s
 *     mean(light) std("CO2 level")
 *
 * What stands in double quotes is one word, with the spaces in it. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "tadpole.h"

/* Takes the next word of the config, from *at on; 0 = there are no more. */
static __attribute__((noinline)) int next_word(uint32_t *at, struct text *word) {
    char *all = (char *)config.at; /* quotes are taken out in place, and not seen again */
    uint32_t i = *at;
    while (i < config.size && (uint8_t)all[i] <= ' ') i++;
    if (i == config.size) return 0;
    uint32_t begin = i, end = i;
    for (int quoted = 0; i < config.size && (quoted || (uint8_t)all[i] > ' '); i++) {
        if (all[i] == '"')
            quoted = !quoted;
        else
            all[end++] = all[i];
    }
    *word = (struct text){all + begin, end - begin};
    while (end < i) all[end++] = ' ';
    *at = i;
    return 1;
}

/* Takes "key=" off a word; 0 = it is another. */
static __attribute__((noinline)) int setting(struct text word, const char *key, struct text *is) {
    uint32_t n = length(key);
    if (word.size <= n || word.at[n] != '=' || !same((struct text){word.at, n}, (struct text){key, n})) return 0;
    *is = (struct text){word.at + n + 1, word.size - n - 1};
    return 1;
}

/* 10 to the n-th, exact up to 22. */
static double power_of_ten(uint32_t n) {
    double p = 1, square = 10;
    for (; n; n >>= 1, square *= square)
        if (n & 1) p *= square;
    return p;
}

/* Reads a decimal number at the beginning of text; the result is the nearest double where
 * it has at most 15 digits and a scale within 22. */
static __attribute__((noinline)) double decimal(struct text *text) {
    const char *at = text->at, *end = at + text->size, *first;
    int negative = at < end && *at == '-';
    at += negative;
    double digits = 0;
    int32_t scale = 0;
    for (first = at; at < end && *at >= '0' && *at <= '9'; at++) digits = digits * 10 + (*at - '0');
    uint32_t seen = (uint32_t)(at - first);
    if (at < end && *at == '.')
        for (at++; at < end && *at >= '0' && *at <= '9'; at++, scale--, seen++) digits = digits * 10 + (*at - '0');
    if (!seen) fail(ERR_CONFIG, "no number: ", *text);
    if (at + 1 < end && (*at == 'e' || *at == 'E')) {
        int less = at[1] == '-';
        int32_t e = 0;
        const char *digit = at + 1 + (less || at[1] == '+');
        if (digit < end && *digit >= '0' && *digit <= '9') {
            for (at = digit; at < end && *at >= '0' && *at <= '9' && e < 1000; at++) e = e * 10 + (*at - '0');
            scale += less ? -e : e;
        }
    }
    double v = scale < 0 ? digits / power_of_ten((uint32_t)-scale) : digits * power_of_ten((uint32_t)scale);
    *text = (struct text){at, (uint32_t)(end - at)};
    return negative ? -v : v;
}

static __attribute__((noinline)) double number(struct text is) {
    struct text rest = is;
    double v = decimal(&rest);
    if (rest.size) fail(ERR_CONFIG, "no number: ", is);
    return v;
}

/* Reads as "1m30s" or "250ms"; in nanoseconds. */
static int64_t duration(struct text is) {
    static const struct {
        const char *name;
        double unit;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
    double sum = 0;
    struct text rest = is;
    do {
        double v = decimal(&rest);
        uint32_t n = 0, i = 0;
        while (n < rest.size && rest.at[n] >= 'a' && rest.at[n] <= 'z') n++;
        while (i < sizeof units / sizeof *units && !same(word(units[i].name), (struct text){rest.at, n})) i++;
        if (i == sizeof units / sizeof *units || v < 0 || v * units[i].unit > 9e18) fail(ERR_CONFIG, "no duration, as 5s, 250ms or 1m30s: ", is);
        sum += v * units[i].unit;
        rest = (struct text){rest.at + n, rest.size - n};
    } while (rest.size);
    if (sum > 9e18) fail(ERR_CONFIG, "too long: ", is);
    return (int64_t)sum;
}

/* Reads numbers with commas between, at most the given number of them. */
static uint32_t numbers(struct text is, double *to, uint32_t most) {
    uint32_t n = 0;
    for (struct text rest = is;;) {
        if (n == most) fail(ERR_CONFIG, "too many numbers: ", is);
        to[n++] = decimal(&rest);
        if (!rest.size) return n;
        if (*rest.at != ',') fail(ERR_CONFIG, "no numbers with commas between: ", is);
        rest = (struct text){rest.at + 1, rest.size - 1};
    }
}

#endif
