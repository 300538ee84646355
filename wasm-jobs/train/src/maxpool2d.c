/* The largest of each window of kernel x kernel, stride kernel; rows and columns
 * that fill no window are left out. Of equals the first is taken, by rows. */
#include "layer.h"

/* Where the largest of a channel's window is; a NaN counts as the largest, so
 * that it reaches the loss and the job fails. */
static uint32_t largest(const float *x, const struct layer *l, uint32_t oy, uint32_t ox, uint32_t c) {
    uint32_t best = (oy * l->kernel * l->in_w + ox * l->kernel) * l->in_c + c;
    for (uint32_t ky = 0; ky < l->kernel; ky++)
        for (uint32_t kx = 0; kx < l->kernel; kx++) {
            uint32_t at = ((oy * l->kernel + ky) * l->in_w + ox * l->kernel + kx) * l->in_c + c;
            if (!(x[at] <= x[best])) best = at;
        }
    return best;
}

void maxpool2d_forward(float *y, const float *x, const struct layer *l, uint32_t batch) {
    for (uint32_t s = 0; s < batch; s++, x += in_size(l))
        for (uint32_t oy = 0; oy < l->out_h; oy++)
            for (uint32_t ox = 0; ox < l->out_w; ox++)
                for (uint32_t c = 0; c < l->out_c; c++) *y++ = x[largest(x, l, oy, ox, c)];
}

void maxpool2d_backward(float *dx, const float *x, const float *dy, const struct layer *l, uint32_t batch) {
    __builtin_memset(dx, 0, (size_t)batch * in_size(l) * sizeof *dx);
    for (uint32_t s = 0; s < batch; s++, x += in_size(l), dx += in_size(l))
        for (uint32_t oy = 0; oy < l->out_h; oy++)
            for (uint32_t ox = 0; ox < l->out_w; ox++)
                for (uint32_t c = 0; c < l->out_c; c++) dx[largest(x, l, oy, ox, c)] = *dy++;
}
