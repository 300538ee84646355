/* Features of channels over a window: what aggregate makes, and what a vibration sounds
 * like. One reading, with a value for each word of the config, at the time of the window's
 * last reading. */
#include "spectrum.h"

static struct statistics all;
static struct spectrum spectra[MAX_VALUES];

static struct spectrum spectrum_at(uint32_t i) {
    for (uint32_t j = 0; j < i; j++)
        if (all.series[j].values == all.series[i].values && spectra[j].n) return spectra[j];
    return spectra[i] = spectrum_of(all.series[i]);
}

void _start(void) {
    open_job();
    if (!batch) fail(ERR_CONFIG, "features needs a window in edge.toml", word(""));
    struct text w;
    for (uint32_t at = 0; next_word(&at, &w);) add_statistic(&all, w, KINDS);
    read_series(&all);
    double out[MAX_VALUES];
    for (uint32_t i = 0; i < all.n; i++) {
        struct statistic *s = &all.each[i];
        switch (s->kind) {
        case CROSSINGS: out[i] = crossings(all.series[i]); break;
        case FREQUENCY: out[i] = frequency(spectrum_at(i)); break;
        case BAND: out[i] = band(spectrum_at(i), s->from, s->to); break;
        default: out[i] = statistic_of(s->kind, all.series[i]);
        }
    }
    emit(last_time(), out, all.n);
    close_job();
}
