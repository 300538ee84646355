/* Bacalhau gives WASM the same "random" bytes in every run, by its engine's default
 * (v1.9.3). What is random there is how long things take: the clock is the
 * machine's, in nanoseconds. As jitterentropy does, the clock is read many times,
 * and all that it said is hashed.
 *
 * A sample is credited with one bit, and that in batches only in which no difference
 * between neighbours, of which one byte is looked at, makes up more than half. Since
 * samples are not independent of each other, 64 batches have to be credited, 16384
 * bits for the 512 of a seed. A clock that runs by a rule of its own, as a sandbox's
 * does, gets none, and then there is no seed. */
#include "entropy.h"

#include <stddef.h>

#include "monocypher.h"
#include "own.h"

enum { BATCH = 256, CREDITED = 64, MAX_BATCHES = 4096, MONOTONIC = 1, REALTIME = 0 };

volatile const uint8_t job_secret[32] = "TPSECRET........................";

bool gather(uint8_t seed[64]) {
    crypto_blake2b_ctx hash;
    crypto_blake2b_init(&hash, 64);
    for (size_t i = 0; i < sizeof job_secret; i++) {
        uint8_t byte = job_secret[i];
        crypto_blake2b_update(&hash, &byte, 1);
    }
    uint8_t given[32] = {0}; /* another node may have better */
    random_get(given, sizeof given);
    crypto_blake2b_update(&hash, given, sizeof given);
    uint64_t last = 0, now = 0;
    if (clock_time_get(REALTIME, 1, &now) != 0) return false;
    crypto_blake2b_update(&hash, (uint8_t *)&now, sizeof now);
    int credited = 0;
    if (clock_time_get(MONOTONIC, 1, &last) != 0) return false;
    for (int batch = 0; credited < CREDITED; batch++) {
        if (batch == MAX_BATCHES) return false;
        uint16_t seen[256] = {0}, most = 0;
        for (int i = 0; i < BATCH; i++) {
            if (clock_time_get(MONOTONIC, 1, &now) != 0) return false;
            crypto_blake2b_update(&hash, (uint8_t *)&now, sizeof now);
            uint16_t *times = &seen[(now - last) & 0xff];
            if (++*times > most) most = *times;
            last = now;
        }
        credited += most <= BATCH / 2;
    }
    crypto_blake2b_final(&hash, seed);
    return true;
}
