/* Aggregates of channels over a window: one reading, with a value for each word of the
 * config, at the time of the window's last reading. */
#include "statistic.h"

static struct statistics all;

void _start(void) {
    open_job();
    if (!batch) fail(ERR_CONFIG, "aggregate needs a window in edge.toml", word(""));
    struct text w;
    for (uint32_t at = 0; next_word(&at, &w);) add_statistic(&all, w, CROSSINGS);
    read_series(&all);
    double out[MAX_VALUES];
    for (uint32_t i = 0; i < all.n; i++) out[i] = statistic_of(all.each[i].kind, all.series[i]);
    emit(last_time(), out, all.n);
    close_job();
}
