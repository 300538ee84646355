/* Convolution with stride 1 as a product of matrices (im2col; Chellapilla et al.
 * 2006), one sample at a time so that the columns stay small. */
#include "gemm.h"
#include "layer.h"

/* Where kernel cell k stands in the image, output place and padding given. */
static int inside(uint32_t place, uint32_t k, uint32_t pad, uint32_t size, uint32_t *at) {
    *at = place + k - pad; /* wraps around below zero */
    return *at < size;
}

/* columns[place][ky][kx][c] = x at the cell that the kernel's (ky, kx) sees when
 * it stands at that output place; zero outside the image. */
static void image_to_columns(float *columns, const float *x, const struct layer *l) {
    size_t cell = l->in_c * sizeof *x;
    uint32_t iy, ix;
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t ky = 0; ky < l->kernel; ky++) {
                int row = inside(oy, ky, l->pad, l->in_h, &iy);
                for (uint32_t kx = 0; kx < l->kernel; kx++, columns += l->in_c) {
                    if (row && inside(ox, kx, l->pad, l->in_w, &ix))
                        __builtin_memcpy(columns, x + (iy * l->in_w + ix) * l->in_c, cell);
                    else
                        __builtin_memset(columns, 0, cell);
                }
            }
}

/* The transpose of image_to_columns: adds each cell back to where it came from. */
static void columns_to_image(float *x, const float *columns, const struct layer *l) {
    uint32_t iy, ix;
    __builtin_memset(x, 0, in_size(l) * sizeof *x);
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t ky = 0; ky < l->kernel; ky++) {
                int row = inside(oy, ky, l->pad, l->in_h, &iy);
                for (uint32_t kx = 0; kx < l->kernel; kx++, columns += l->in_c)
                    if (row && inside(ox, kx, l->pad, l->in_w, &ix))
                        axpy(x + (iy * l->in_w + ix) * l->in_c, 1.0f, columns, l->in_c);
            }
}

void conv2d_forward(float *y, const float *x, const struct layer *l, const float *parameters, uint32_t batch, struct workspace *w) {
    uint32_t places = l->out_h * l->out_w, cells = l->kernel * l->kernel * l->in_c;
    for (uint32_t s = 0; s < batch; s++, x += in_size(l), y += out_size(l)) {
        image_to_columns(w->columns, x, l);
        bias_forward(y, parameters + l->bias, places, l->out_c);
        gemm_nn(y, w->columns, parameters + l->weight, places, l->out_c, cells, 1, w->gemm);
    }
}

void conv2d_backward(float *dx, float *gradient, const float *x, const float *dy, const struct layer *l, const float *parameters,
                     uint32_t batch, struct workspace *w) {
    uint32_t places = l->out_h * l->out_w, cells = l->kernel * l->kernel * l->in_c;
    bias_backward(gradient + l->bias, dy, batch * places, l->out_c);
    for (uint32_t s = 0; s < batch; s++, x += in_size(l), dy += out_size(l)) {
        image_to_columns(w->columns, x, l);
        gemm_tn(gradient + l->weight, w->columns, dy, cells, l->out_c, places, s != 0, w->gemm);
        if (!dx) continue;
        gemm_nt(w->columns, dy, parameters + l->weight, places, cells, l->out_c, 0, w->gemm, w->transposed);
        columns_to_image(dx, w->columns, l);
        dx += in_size(l);
    }
}
