#include "age.h"

#include "crypto_auth_hmacsha256.h"
#include "monocypher.h"
#include "string.h"

enum { CHUNK = 1 << 16, TAG = 16, FILE_KEY = 16, STANZA = 256 };

static uint8_t payload_key[32];
static uint8_t nonce[12]; /* 11 bytes of the chunk's number, big-endian, and 1 for the last */
static uint8_t chunk[CHUNK + TAG];
static size_t filled;

/* HKDF-SHA256 (RFC 5869) of 32 bytes. */
static void derive(uint8_t out[32], const uint8_t *secret, size_t secret_size, const uint8_t *salt, size_t salt_size, const char *info) {
    uint8_t extracted[32];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, salt, salt_size);
    crypto_auth_hmacsha256_update(&state, secret, secret_size);
    crypto_auth_hmacsha256_final(&state, extracted);
    crypto_auth_hmacsha256_init(&state, extracted, sizeof extracted);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)info, __builtin_strlen(info));
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)"\1", 1);
    crypto_auth_hmacsha256_final(&state, out);
    crypto_wipe(extracted, sizeof extracted);
}

/* ChaCha20-Poly1305 of RFC 8439; the tag comes behind. */
static void lock(uint8_t *out, const uint8_t *data, size_t size, const uint8_t key[32], const uint8_t at[12]) {
    crypto_aead_ctx ctx;
    crypto_aead_init_ietf(&ctx, key, at);
    crypto_aead_write(&ctx, out, out + size, NULL, 0, data, size);
    crypto_wipe(&ctx, sizeof ctx);
}

static char *append(char *to, const char *text) {
    while (*text) *to++ = *text++;
    return to;
}

/* Base64 without padding. */
static char *append_base64(char *to, const uint8_t *data, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | data[i];
        for (have += 8; have >= 6; have -= 6) *to++ = digits[bits >> (have - 6) & 63];
    }
    if (have > 0) *to++ = digits[bits << (6 - have) & 63];
    return to;
}

/* A part of the seed by its name. */
static void draw(uint8_t *out, size_t size, const uint8_t seed[64], const char *name) {
    crypto_blake2b_keyed(out, size, seed, 64, (const uint8_t *)name, __builtin_strlen(name));
}

bool age_begin(const uint8_t recipient[32], const uint8_t seed[64]) {
    uint8_t file_key[FILE_KEY], ephemeral[32], shared[32], shares[64], key[32], body[FILE_KEY + TAG], salt[16];
    draw(file_key, sizeof file_key, seed, "file key");
    draw(ephemeral, sizeof ephemeral, seed, "ephemeral");
    draw(salt, sizeof salt, seed, "nonce");
    crypto_x25519_public_key(shares, ephemeral);
    memcpy(shares + 32, recipient, 32);
    crypto_x25519(shared, ephemeral, recipient);
    uint8_t any = 0;
    for (size_t i = 0; i < sizeof shared; i++) any |= shared[i];
    if (!any) return false; /* the recipient is no key */
    derive(key, shared, sizeof shared, shares, sizeof shares, "age-encryption.org/v1/X25519");
    lock(body, file_key, sizeof file_key, key, (const uint8_t[12]){0});

    char header[STANZA], *end = append(header, "age-encryption.org/v1\n-> X25519 ");
    end = append_base64(end, shares, 32);
    end = append(end, "\n");
    end = append_base64(end, body, sizeof body);
    end = append(end, "\n---");
    uint8_t mac[32];
    derive(key, file_key, sizeof file_key, NULL, 0, "header");
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, sizeof key);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)header, (size_t)(end - header));
    crypto_auth_hmacsha256_final(&state, mac);
    end = append(end, " ");
    end = append_base64(end, mac, sizeof mac);
    end = append(end, "\n");
    derive(payload_key, file_key, sizeof file_key, salt, sizeof salt, "payload");
    crypto_wipe(file_key, sizeof file_key);
    crypto_wipe(ephemeral, sizeof ephemeral);
    crypto_wipe(shared, sizeof shared);
    crypto_wipe(key, sizeof key);
    return emit(header, (size_t)(end - header)) && emit(salt, sizeof salt);
}

static bool flush(bool last) {
    nonce[11] = last;
    lock(chunk, chunk, filled, payload_key, nonce);
    bool done = emit(chunk, filled + TAG);
    for (int i = 10; i >= 0 && ++nonce[i] == 0; i--) {}
    filled = 0;
    return done;
}

bool age_write(const void *data, size_t size) {
    const uint8_t *from = data;
    while (size > 0) {
        if (filled == CHUNK && !flush(false)) return false; /* the last one may be full, but not empty */
        size_t part = CHUNK - filled;
        if (part > size) part = size;
        memcpy(chunk + filled, from, part);
        filled += part;
        from += part;
        size -= part;
    }
    return true;
}

bool age_end(void) {
    bool done = flush(true);
    crypto_wipe(payload_key, sizeof payload_key);
    return done;
}
