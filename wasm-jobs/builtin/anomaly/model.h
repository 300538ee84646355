/* A network of dense layers from a safetensors file in PyTorch's layout, as "tadpole model
 * export" and nn.Sequential write it: tensors N.weight of [out, in] and N.bias, where N
 * counts the modules. Where a number is left out, a ReLU stands. */
#ifndef MODEL_H
#define MODEL_H

#include "settings.h"

enum { MAX_LAYERS = 64, MAX_WIDTH = 4096 };

struct layer {
    const uint8_t *weight, *bias; /* little-endian, not aligned */
    uint32_t in, out;
};

static struct layer layers[MAX_LAYERS]; /* by number; weight NULL = none */

static _Noreturn void bad_model(const char *why) { fail(ERR_CONFIG, "/inputs/model is no model for anomaly: ", word(why)); }

/* What is left of the file's JSON. */
struct json {
    const char *at, *end;
};

static char peek(struct json *j) {
    while (j->at < j->end && (uint8_t)*j->at <= ' ') j->at++;
    return j->at < j->end ? *j->at : 0;
}

/* Takes a character that may come next; 0 = another comes. */
static int take(struct json *j, char c) {
    if (peek(j) != c) return 0;
    j->at++;
    return 1;
}

static struct text string(struct json *j) {
    if (!take(j, '"')) bad_model("no safetensors header");
    const char *begin = j->at;
    while (j->at < j->end && *j->at != '"') j->at += *j->at == '\\' ? 2 : 1;
    if (j->at >= j->end) bad_model("no safetensors header");
    return (struct text){begin, (uint32_t)(j->at++ - begin)};
}

static uint32_t whole(struct json *j) {
    uint64_t n = 0;
    if (peek(j) < '0' || peek(j) > '9') bad_model("no safetensors header");
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9' && n <= UINT32_MAX) n = n * 10 + (uint64_t)(*j->at++ - '0');
    if (n > UINT32_MAX) bad_model("too large");
    return (uint32_t)n;
}

/* Reads a list of at most two numbers, and gives how many there are. */
static uint32_t pair(struct json *j, uint32_t to[2]) {
    uint32_t n = 0;
    if (!take(j, '[')) bad_model("no safetensors header");
    while (!take(j, ']')) {
        if (n == 2) bad_model("layers other than dense ones");
        to[n++] = whole(j);
        take(j, ',');
    }
    return n;
}

/* Reads {"dtype": "F32", "shape": [...], "data_offsets": [...]}, in any order. */
static void tensor(struct json *j, struct text name, const uint8_t *data, uint64_t size) {
    uint32_t shape[2] = {0, 1}, at[2] = {0, 0}, dims = 0, number = 0, i = 0;
    for (take(j, '{'); !take(j, '}'); take(j, ',')) {
        struct text key = string(j);
        take(j, ':');
        if (same(key, word("dtype"))) {
            if (!same(string(j), word("F32"))) bad_model("values other than float32");
        } else if (same(key, word("shape"))) dims = pair(j, shape);
        else if (same(key, word("data_offsets"))) pair(j, at);
        else bad_model("no safetensors header");
    }
    for (; i < name.size && name.at[i] >= '0' && name.at[i] <= '9' && number < MAX_LAYERS; i++) number = number * 10 + (uint32_t)(name.at[i] - '0');
    struct text rest = {name.at + i, name.size - i};
    if (i == 0 || number >= MAX_LAYERS || shape[0] > MAX_WIDTH || shape[1] > MAX_WIDTH || at[0] > at[1] || at[1] > size || at[1] - at[0] != 4 * shape[0] * shape[1]) bad_model("tensors of another form");
    struct layer *l = &layers[number];
    if (same(rest, word(".weight")) && dims == 2) l->weight = data + at[0], l->out = shape[0], l->in = shape[1];
    else if (same(rest, word(".bias")) && dims == 1) l->bias = data + at[0];
    else bad_model("layers other than dense ones");
}

/* Reads /inputs/model, which must give back as many values as it takes. */
static void read_model(uint32_t features) {
    struct text file = input_text("/inputs/model");
    uint64_t head = 0;
    if (file.size >= 8) __builtin_memcpy(&head, file.at, 8);
    if (head == 0 || head > file.size - 8) bad_model("no safetensors file");
    struct json j = {file.at + 8, file.at + 8 + head};
    if (!take(&j, '{')) bad_model("no safetensors header");
    for (; !take(&j, '}'); take(&j, ',')) {
        struct text name = string(&j);
        take(&j, ':');
        if (!same(name, word("__metadata__"))) {
            tensor(&j, name, (const uint8_t *)file.at + 8 + head, file.size - 8 - head);
            continue;
        }
        for (take(&j, '{'); !take(&j, '}'); take(&j, ',')) {
            if (same(string(&j), word("architecture"))) bad_model("the training kernel's layout; export it without --native");
            take(&j, ':');
            string(&j);
        }
    }
    uint32_t width = features, n = 0;
    for (uint32_t i = 0; i < MAX_LAYERS; i++) {
        if (!layers[i].weight) continue;
        if (!layers[i].bias || layers[i].in != width) bad_model("its layers do not fit the features, or each other");
        width = layers[i].out;
        n++;
    }
    if (n == 0 || width != features) bad_model("an autoencoder gives back as many values as there are features");
}

static float float_at(const uint8_t *at, uint32_t i) {
    float f;
    __builtin_memcpy(&f, at + 4 * (uint64_t)i, 4);
    return f;
}

/* Runs the network over x, in place: float32, sums in index order. */
static void run_model(float *x) {
    static float y[MAX_WIDTH];
    for (uint32_t i = 0; i < MAX_LAYERS; i++) {
        struct layer *l = &layers[i];
        if (!l->weight) continue;
        uint32_t next = i + 1;
        while (next < MAX_LAYERS && !layers[next].weight) next++;
        int relu = next < MAX_LAYERS && next > i + 1;
        for (uint32_t o = 0; o < l->out; o++) {
            float sum = float_at(l->bias, o);
            for (uint32_t k = 0; k < l->in; k++) sum += float_at(l->weight, o * l->in + k) * x[k];
            y[o] = relu && !(sum > 0) ? 0 : sum;
        }
        for (uint32_t o = 0; o < l->out; o++) x[o] = y[o];
    }
}

#endif
