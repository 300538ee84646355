#include "gemm.h"
#include "layer.h"

void dense_forward(float *y, const float *x, const struct layer *l, const float *parameters, uint32_t batch, struct workspace *w) {
    bias_forward(y, parameters + l->bias, batch, l->out_c);
    gemm_nn(y, x, parameters + l->weight, batch, l->out_c, in_size(l), 1, w->gemm);
}

void dense_backward(float *dx, float *gradient, const float *x, const float *dy, const struct layer *l, const float *parameters,
                    uint32_t batch, struct workspace *w) {
    bias_backward(gradient + l->bias, dy, batch, l->out_c);
    gemm_tn(gradient + l->weight, x, dy, in_size(l), l->out_c, batch, 0, w->gemm);
    if (dx) gemm_nt(dx, dy, parameters + l->weight, batch, in_size(l), l->out_c, 0, w->gemm, w->transposed);
}
