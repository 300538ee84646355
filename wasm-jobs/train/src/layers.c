/* Layers, forward and backward. Weights: dense [in, out]; conv2d
 * [kernel, kernel, in channels, out channels]; biases [out]. */
#include "gemm.h"
#include "job.h"

typedef float v4 __attribute__((vector_size(16), aligned(4)));
typedef int32_t m4 __attribute__((vector_size(16), aligned(4)));

static uint32_t in_size(const struct layer *l) { return l->in_h * l->in_w * l->in_c; }
static uint32_t out_size(const struct layer *l) { return l->out_h * l->out_w * l->out_c; }

static void fill_rows(float *y, const float *bias, uint32_t rows, uint32_t n) {
    for (uint32_t r = 0; r < rows; r++, y += n) __builtin_memcpy(y, bias, n * sizeof *y);
}

/* The gradient of a bias is the sum over rows, in their order. */
static void sum_rows(float *sum, const float *y, uint32_t rows, uint32_t n) {
    for (uint32_t r = 0; r < rows; r++, y += n) axpy(sum, 1.0f, y, n);
}

/* columns[p][ky][kx][c] = x at the place that kernel cell (ky, kx) sees when it
 * stands at output place p; zero outside. */
static void image_to_columns(float *columns, const float *x, const struct layer *l) {
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t ky = 0; ky < l->kernel; ky++) {
                int32_t iy = (int32_t)(oy + ky) - (int32_t)l->pad;
                for (uint32_t kx = 0; kx < l->kernel; kx++, columns += l->in_c) {
                    int32_t ix = (int32_t)(ox + kx) - (int32_t)l->pad;
                    if (iy < 0 || ix < 0 || iy >= (int32_t)l->in_h || ix >= (int32_t)l->in_w)
                        __builtin_memset(columns, 0, l->in_c * sizeof *columns);
                    else
                        __builtin_memcpy(columns, x + ((uint32_t)iy * l->in_w + (uint32_t)ix) * l->in_c, l->in_c * sizeof *columns);
                }
            }
}

/* The transpose of image_to_columns: adds each cell back to where it came from. */
static void columns_to_image(float *x, const float *columns, const struct layer *l) {
    __builtin_memset(x, 0, in_size(l) * sizeof *x);
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t ky = 0; ky < l->kernel; ky++) {
                int32_t iy = (int32_t)(oy + ky) - (int32_t)l->pad;
                for (uint32_t kx = 0; kx < l->kernel; kx++, columns += l->in_c) {
                    int32_t ix = (int32_t)(ox + kx) - (int32_t)l->pad;
                    if (iy >= 0 && ix >= 0 && iy < (int32_t)l->in_h && ix < (int32_t)l->in_w)
                        axpy(x + ((uint32_t)iy * l->in_w + (uint32_t)ix) * l->in_c, 1.0f, columns, l->in_c);
                }
            }
}

/* Keeps a NaN, so that it reaches the loss and the job fails. */
static void relu_forward(float *y, const float *x, uint32_t n) {
    for (; n >= 4; n -= 4, x += 4, y += 4) {
        v4 v = *(const v4 *)x;
        m4 negative = v < (v4){0, 0, 0, 0};
        *(v4 *)y = (v4)((m4)v & ~negative);
    }
    for (; n; n--, x++, y++) *y = *x < 0 ? 0.0f : *x;
}

/* dx may be dy. */
static void relu_backward(float *dx, const float *dy, const float *y, uint32_t n) {
    for (; n >= 4; n -= 4, y += 4, dx += 4, dy += 4) {
        m4 positive = *(const v4 *)y > (v4){0, 0, 0, 0};
        *(v4 *)dx = (v4)((m4) * (const v4 *)dy & positive);
    }
    for (; n; n--, y++, dx++, dy++) *dx = *y > 0 ? *dy : 0.0f;
}

/* Calls visit for the cell that is the first largest of each window. */
static void pool(float *y, float *dx, const float *x, const float *dy, const struct layer *l) {
    if (dx) __builtin_memset(dx, 0, in_size(l) * sizeof *dx);
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t c = 0; c < l->out_c; c++) {
                uint32_t best = (oy * l->kernel * l->in_w + ox * l->kernel) * l->in_c + c;
                for (uint32_t ky = 0; ky < l->kernel; ky++)
                    for (uint32_t kx = 0; kx < l->kernel; kx++) {
                        uint32_t at = ((oy * l->kernel + ky) * l->in_w + ox * l->kernel + kx) * l->in_c + c;
                        if (!(x[at] <= x[best])) best = at; /* a NaN wins */
                    }
                uint32_t out = (oy * l->out_w + ox) * l->out_c + c;
                if (y) y[out] = x[best];
                if (dx) dx[best] = dx[best] + dy[out];
            }
}

void layer_forward(struct job *job, uint32_t index, uint32_t batch) {
    const struct layer *l = &job->layers[index];
    const float *x = job->activations[index];
    float *y = job->activations[index + 1];
    const float *weight = job->weights + l->weight, *bias = job->weights + l->bias;
    uint32_t places = l->out_h * l->out_w, cells = l->kernel * l->kernel * l->in_c;
    switch (l->kind) {
    case DENSE:
        fill_rows(y, bias, batch, l->out_c);
        gemm_nn(y, x, weight, batch, l->out_c, in_size(l), 1, job->scratch);
        return;
    case CONV2D:
        for (uint32_t s = 0; s < batch; s++, x += in_size(l), y += out_size(l)) {
            image_to_columns(job->columns, x, l);
            fill_rows(y, bias, places, l->out_c);
            gemm_nn(y, job->columns, weight, places, l->out_c, cells, 1, job->scratch);
        }
        return;
    case MAXPOOL2D:
        for (uint32_t s = 0; s < batch; s++, x += in_size(l), y += out_size(l)) pool(y, 0, x, 0, l);
        return;
    default:
        relu_forward(y, x, batch * in_size(l));
    }
}

void layer_backward(struct job *job, uint32_t index, uint32_t batch, uint32_t want) {
    const struct layer *l = &job->layers[index];
    const float *x = job->activations[index];
    const float *dy = job->delta;
    float *dx = job->delta_next;
    const float *weight = job->weights + l->weight;
    float *d_weight = job->gradient + l->weight, *d_bias = job->gradient + l->bias;
    uint32_t places = l->out_h * l->out_w, cells = l->kernel * l->kernel * l->in_c;
    switch (l->kind) {
    case DENSE:
        gemm_tn(d_weight, x, dy, in_size(l), l->out_c, batch, 0, job->scratch);
        __builtin_memset(d_bias, 0, l->out_c * sizeof *d_bias);
        sum_rows(d_bias, dy, batch, l->out_c);
        if (want) gemm_nt(dx, dy, weight, batch, in_size(l), l->out_c, 0, job->scratch, job->transposed);
        break;
    case CONV2D:
        __builtin_memset(d_bias, 0, l->out_c * sizeof *d_bias);
        for (uint32_t s = 0; s < batch; s++, x += in_size(l), dy += out_size(l), dx += in_size(l)) {
            image_to_columns(job->columns, x, l);
            gemm_tn(d_weight, job->columns, dy, cells, l->out_c, places, s != 0, job->scratch);
            sum_rows(d_bias, dy, places, l->out_c);
            if (!want) continue;
            gemm_nt(job->columns, dy, weight, places, cells, l->out_c, 0, job->scratch, job->transposed);
            columns_to_image(dx, job->columns, l);
        }
        break;
    case MAXPOOL2D:
        if (!want) break;
        for (uint32_t s = 0; s < batch; s++, x += in_size(l), dy += out_size(l), dx += in_size(l)) pool(0, dx, x, dy, l);
        break;
    default:
        relu_backward(dx, dy, job->activations[index + 1], batch * in_size(l));
    }
    float *swap = job->delta;
    job->delta = job->delta_next;
    job->delta_next = swap;
}
