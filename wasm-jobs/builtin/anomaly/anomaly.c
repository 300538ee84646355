/* How badly an autoencoder gives back the features of a window: what it was trained over
 * it knows, the rest it does not. One reading: the score, and whether it is beyond the
 * threshold. README.md has the settings. */
#include "model.h"
#include "statistic.h"

static struct statistics all;
static double center[MAX_VALUES], scale[MAX_VALUES];

void _start(void) {
    open_job();
    if (!batch) fail(ERR_CONFIG, "anomaly needs a window in edge.toml", word(""));
    struct text w, is;
    double threshold = __builtin_inf();
    uint32_t centers = 0, scales = 0;
    for (uint32_t at = 0; next_word(&at, &w);) {
        if (setting(w, "threshold", &is)) threshold = number(is);
        else if (setting(w, "center", &is)) centers = numbers(is, center, MAX_VALUES);
        else if (setting(w, "scale", &is)) scales = numbers(is, scale, MAX_VALUES);
        else add_statistic(&all, w, SUM); /* those that a dataset has */
    }
    if ((centers && centers != all.n) || (scales && scales != all.n)) fail(ERR_CONFIG, "center= and scale= have a number for each feature", word(""));
    read_model(all.n);
    read_series(&all);
    static float row[MAX_VALUES], back[MAX_WIDTH];
    for (uint32_t i = 0; i < all.n; i++) {
        double v = statistic_of(all.each[i].kind, all.series[i]);
        if (centers) v -= center[i];
        if (scales) v /= scale[i];
        if (!(__builtin_fabs(v) <= __FLT_MAX__)) { /* nothing was read: a dataset leaves the window out too */
            close_job();
            return;
        }
        row[i] = back[i] = (float)v;
    }
    run_model(back);
    double sum = 0;
    for (uint32_t i = 0; i < all.n; i++) {
        double d = back[i] - row[i];
        sum += d * d;
    }
    double score = sum / all.n, out[] = {score, !(score <= threshold)};
    emit(last_time(), out, 2);
    close_job();
}
