#include <stdint.h>

#define ACQUIRE_FENCE (void) 0
#define ROTR32(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

static inline uint32_t LOAD32_BE(const uint8_t *from) {
    uint32_t x;
    __builtin_memcpy(&x, from, sizeof x);
    return __builtin_bswap32(x);
}

static inline void STORE32_BE(uint8_t *to, uint32_t x) {
    x = __builtin_bswap32(x);
    __builtin_memcpy(to, &x, sizeof x);
}

static inline void STORE64_BE(uint8_t *to, uint64_t x) {
    x = __builtin_bswap64(x);
    __builtin_memcpy(to, &x, sizeof x);
}
