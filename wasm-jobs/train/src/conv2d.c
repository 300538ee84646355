/* Convolution with stride 1 as a product of matrices (im2col; Chellapilla et al.
 * 2006), one sample at a time so that the columns stay small. */
#include "gemm.h"
#include "layer.h"
#include "vector.h"

/* A row of the kernel at one output place: its cells from first to end, without
 * end, lie inside the image, side by side from place at of x; the others see
 * zeros. */
struct row {
    uint32_t first, end, at;
};

static struct row place_row(const struct layer *l, uint32_t oy, uint32_t ox, uint32_t ky) {
    struct row r = {0, 0, 0};
    uint32_t iy = oy + ky - l->pad; /* wraps around below zero */
    if (iy >= l->in_h) return r;
    uint32_t right = l->in_w + l->pad - ox; /* cells up to the right edge */
    r.first = ox < l->pad ? l->pad - ox : 0;
    r.end = right < l->kernel ? right : l->kernel;
    r.at = (iy * l->in_w + ox + r.first - l->pad) * l->in_c;
    return r;
}

/* columns[place][ky][kx][c] = x at the cell that the kernel's (ky, kx) sees when
 * it stands at that output place; zero outside the image. */
static void image_to_columns(float *columns, const float *x, const struct layer *l) {
    uint32_t c = l->in_c;
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t ky = 0; ky < l->kernel; ky++, columns += l->kernel * c) {
                struct row r = place_row(l, oy, ox, ky);
                fill_zero(columns, r.first * c);
                copy(columns + r.first * c, x + r.at, (r.end - r.first) * c);
                fill_zero(columns + r.end * c, (l->kernel - r.end) * c);
            }
}

/* The transpose of image_to_columns: adds each cell back to where it came from. */
static void columns_to_image(float *x, const float *columns, const struct layer *l) {
    uint32_t c = l->in_c;
    __builtin_memset(x, 0, in_size(l) * sizeof *x);
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t ky = 0; ky < l->kernel; ky++, columns += l->kernel * c) {
                struct row r = place_row(l, oy, ox, ky);
                axpy(x + r.at, 1.0f, columns + r.first * c, (r.end - r.first) * c);
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
