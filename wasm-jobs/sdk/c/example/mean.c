/* A running mean: config names a channel, and each of its values becomes the mean of the
 * last eight, oldest first in the sum, as of all examples in wasm-jobs/sdk. */
#include "tadpole.h"

enum { LAST = 8 };

void _start(void) {
    open_job();
    int32_t stream, x = column(config, &stream);
    double last[LAST];
    uint32_t n = 0;
    struct reading r;
    while (next_reading(&r)) {
        double v = value(&r, stream, x);
        if (v != v) continue; /* not read */
        last[n++ % LAST] = v;
        double sum = 0;
        uint32_t have = n < LAST ? n : LAST;
        for (uint32_t i = n - have; i != n; i++) sum += last[i % LAST];
        double mean = sum / have;
        emit(r.time, &mean, 1);
    }
    close_job();
}
