/* Tells when a value crosses a threshold, or passes on only the values that say something
 * new. README.md has the settings. */
#include "settings.h"

static int32_t stream, col;
static double above, below, least, greatest, deadband;
static int64_t lasting, every;

/* With hysteresis: above one limit is state 1, below another state 0, and between them it
 * stays. A state counts once it has lasted. */
static void alarm(void) {
    int state = -1, next = -1; /* -1 = not known yet; next has not lasted yet */
    int64_t since = 0;
    struct reading r;
    while (next_reading(&r)) {
        double v = value(&r, stream, col);
        if (v != v) continue; /* not read */
        int now = v > above ? 1 : v < below ? 0 : state;
        if (now == state) {
            next = state;
            continue;
        }
        if (now != next) {
            next = now;
            since = r.time;
        }
        if (r.time - since < lasting) continue;
        state = now;
        double out[] = {state, v};
        emit(r.time, out, 2);
    }
}

static void pass(void) {
    double last = 0;
    int64_t when = 0;
    int passed = 0;
    struct reading r;
    while (next_reading(&r)) {
        double v = value(&r, stream, col);
        if (!(v >= least && v <= greatest)) continue;
        int due = every > 0 && r.time - when >= every;
        if (passed && __builtin_fabs(v - last) < deadband && !due) continue;
        passed = 1;
        last = v;
        when = r.time;
        emit(r.time, &v, 1);
    }
}

void _start(void) {
    open_job();
    struct text w, is, name = word("");
    int alarms = 0, released = 0;
    least = -__builtin_inf(), greatest = __builtin_inf();
    for (uint32_t at = 0; next_word(&at, &w);) {
        if (setting(w, "channel", &is)) name = is;
        else if (setting(w, "above", &is)) above = number(is), alarms = 1;
        else if (setting(w, "below", &is)) below = number(is), released = 1;
        else if (setting(w, "for", &is)) lasting = duration(is);
        else if (setting(w, "min", &is)) least = number(is);
        else if (setting(w, "max", &is)) greatest = number(is);
        else if (setting(w, "deadband", &is)) deadband = number(is);
        else if (setting(w, "every", &is)) every = duration(is);
        else fail(ERR_CONFIG, "threshold knows channel, above, below, for, min, max, deadband and every, not ", w);
    }
    if (!name.size) fail(ERR_CONFIG, "threshold needs channel=NAME", word(""));
    if (released && !alarms) fail(ERR_CONFIG, "below= goes with above=, which tells state 1", word(""));
    if (!released) below = above;
    if (below > above) fail(ERR_CONFIG, "below= must not be more than above=", word(""));
    col = column(name, &stream);
    if (alarms) alarm();
    else pass();
    close_job();
}
