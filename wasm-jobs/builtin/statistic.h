/* Statistics of channels over a window, as package edge/feature has them, to the bit:
 * float64, in the order of the readings. So what a job makes of a window is what a dataset
 * records of it. */
#ifndef STATISTIC_H
#define STATISTIC_H

#include "settings.h"

enum kind { LAST, FIRST, MEAN, STD, MIN, MAX, RANGE, RMS, DELTA, COUNT, SUM, MEDIAN, CROSSINGS, FREQUENCY, BAND, KINDS };

static const char *const kind_names[KINDS] = {"last", "first", "mean", "std", "min", "max", "range", "rms", "delta", "count", "sum", "median", "crossings", "frequency", "band"};

/* A statistic of a channel. */
struct statistic {
    enum kind kind;
    int32_t stream, column;
    double from, to; /* of a band, in Hz */
};

/* Reads "channel", which is its last value, or "kind(channel)"; a band is
 * "band(channel,from,to)". Kinds from the given one on are not known to the job. */
static struct statistic parse_statistic(struct text w, enum kind unknown) {
    struct statistic s = {LAST, 0, 0, 0, 0};
    uint32_t open = 0;
    while (open < w.size && w.at[open] != '(') open++;
    struct text name = w;
    if (open < w.size && w.at[w.size - 1] == ')') {
        while (s.kind < unknown && !same(word(kind_names[s.kind]), (struct text){w.at, open})) s.kind++;
        if (s.kind == unknown) fail(ERR_CONFIG, "no such statistic: ", w);
        name = (struct text){w.at + open + 1, w.size - open - 2};
    }
    if (s.kind == BAND) {
        uint32_t comma[2] = {0, 0};
        for (uint32_t i = 0; i < name.size; i++)
            if (name.at[i] == ',') comma[0] = comma[1], comma[1] = i;
        if (!comma[0]) fail(ERR_CONFIG, "write band(channel,from,to), in Hz: ", w);
        s.from = number((struct text){name.at + comma[0] + 1, comma[1] - comma[0] - 1});
        s.to = number((struct text){name.at + comma[1] + 1, name.size - comma[1] - 1});
        name.size = comma[0];
    }
    s.column = column(name, &s.stream);
    return s;
}

/* A channel's values over the window, without those that were not read. */
struct series {
    double *values;
    int64_t *times; /* of each */
    uint32_t n;
};

static struct series series_of(int32_t stream, int32_t column) {
    struct series s = {0, 0, 0};
    struct reading r;
    for (again(); next_reading(&r);) {
        double v = value(&r, stream, column);
        s.n += v == v;
    }
    s.values = need(8 * (uint64_t)s.n);
    s.times = need(8 * (uint64_t)s.n);
    uint32_t i = 0;
    for (again(); next_reading(&r);) {
        double v = value(&r, stream, column);
        if (v != v) continue;
        s.values[i] = v;
        s.times[i++] = r.time;
    }
    return s;
}

/* Smooths the heap down from a root, for median's sort. */
static void sift(double *v, uint32_t root, uint32_t n) {
    for (uint32_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && v[child] < v[child + 1]) child++;
        if (v[root] >= v[child]) return;
        double t = v[root];
        v[root] = v[child];
        v[child] = t;
    }
}

static double median(struct series s) {
    double *v = need(8 * (uint64_t)s.n);
    for (uint32_t i = 0; i < s.n; i++) v[i] = s.values[i];
    for (uint32_t i = s.n / 2; i-- > 0;) sift(v, i, s.n);
    for (uint32_t end = s.n; end-- > 1;) {
        double t = v[0];
        v[0] = v[end];
        v[end] = t;
        sift(v, 0, end);
    }
    return s.n % 2 ? v[s.n / 2] : (v[s.n / 2 - 1] + v[s.n / 2]) / 2;
}

/* What there is of a series; NaN of none. */
static double statistic_of(enum kind kind, struct series s) {
    if (kind == COUNT) return s.n;
    if (s.n == 0) return __builtin_nan("");
    double n = s.n, least = s.values[0], greatest = least, sum = 0, squares = 0, steps = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        double x = s.values[i];
        if (i) steps += (x - s.values[i - 1]) * (x - s.values[i - 1]);
        least = x < least ? x : least;
        greatest = x > greatest ? x : greatest;
        sum += x;
        squares += x * x;
    }
    double mean = sum / n, spread = 0;
    switch (kind) {
    case FIRST: return s.values[0];
    case MEAN: return mean;
    case STD: /* in a second pass: squares less the mean's square would cancel */
        for (uint32_t i = 0; i < s.n; i++) spread += (s.values[i] - mean) * (s.values[i] - mean);
        return __builtin_sqrt(spread / n);
    case MIN: return least;
    case MAX: return greatest;
    case RANGE: return greatest - least;
    case RMS: return __builtin_sqrt(squares / n);
    case DELTA: return __builtin_sqrt(steps / (n > 1 ? n - 1 : 1));
    case SUM: return sum;
    case MEDIAN: return median(s);
    default: return s.values[s.n - 1];
    }
}

/* The statistics that a job makes, and the series that they are of, each read once. */
struct statistics {
    uint32_t n;
    struct statistic each[MAX_VALUES];
    struct series series[MAX_VALUES]; /* of each */
};

static void add_statistic(struct statistics *all, struct text w, enum kind unknown) {
    if (all->n == MAX_VALUES) fail(ERR_CONFIG, "more than 255 statistics: ", w);
    all->each[all->n++] = parse_statistic(w, unknown);
}

static void read_series(struct statistics *all) {
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t j = 0;
        while (j < i && (all->each[j].stream != all->each[i].stream || all->each[j].column != all->each[i].column)) j++;
        all->series[i] = j < i ? all->series[j] : series_of(all->each[i].stream, all->each[i].column);
    }
}

/* The time of the window's last reading; 0 = there is no reading. */
static int64_t last_time(void) {
    struct reading r;
    int64_t last = 0;
    for (again(); next_reading(&r);) last = r.time;
    return last;
}

#endif
