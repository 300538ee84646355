/* Layers, forward and backward over the samples of a batch.
 *
 * Weights are [in, out] for dense and [kernel, kernel, in channels, out channels]
 * for conv2d, biases [out]: the columns of the inner products are outputs.
 * forward:  y from x.
 * backward: the gradients of weight and bias are set, and that of x where dx is
 *           not NULL, from dy, the gradient of y. */
#ifndef LAYER_H
#define LAYER_H

#include <stddef.h>
#include <stdint.h>

/* Activations are [height, width, channels]; a vector is [1, 1, n]. weight and
 * bias are places in the model's parameters. */
struct layer {
    uint32_t kind, in_h, in_w, in_c, out_h, out_w, out_c, kernel, pad, weight, bias, zero;
};

/* What a layer works in; no layer leaves anything there for another. */
struct workspace {
    float *gemm;       /* GEMM_SCRATCH */
    float *columns;    /* of one sample: output places x cells of the kernel */
    float *transposed; /* as many as the largest weight; only for backward */
};

static inline uint32_t in_size(const struct layer *l) { return l->in_h * l->in_w * l->in_c; }
static inline uint32_t out_size(const struct layer *l) { return l->out_h * l->out_w * l->out_c; }

void dense_forward(float *y, const float *x, const struct layer *l, const float *parameters, uint32_t batch, struct workspace *w);
void dense_backward(float *dx, float *gradient, const float *x, const float *dy, const struct layer *l, const float *parameters,
                    uint32_t batch, struct workspace *w);

void conv2d_forward(float *y, const float *x, const struct layer *l, const float *parameters, uint32_t batch, struct workspace *w);
void conv2d_backward(float *dx, float *gradient, const float *x, const float *dy, const struct layer *l, const float *parameters,
                     uint32_t batch, struct workspace *w);

void maxpool2d_forward(float *y, const float *x, const struct layer *l, uint32_t batch);
void maxpool2d_backward(float *dx, const float *x, const float *dy, const struct layer *l, uint32_t batch);

void relu_forward(float *y, const float *x, uint32_t n);
void relu_backward(float *dx, const float *y, const float *dy, uint32_t n);

/* bias.c: every row of y becomes the bias; the bias's gradient is the sum over
 * the rows of dy in their order. */
void bias_forward(float *y, const float *bias, uint32_t rows, uint32_t n);
void bias_backward(float *sum, const float *dy, uint32_t rows, uint32_t n);

#endif
