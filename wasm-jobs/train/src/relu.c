#include "layer.h"
#include "vector.h"

/* Keeps a NaN, so that it reaches the loss and the job fails. */
void relu_forward(float *y, const float *x, uint32_t n) {
    for (; n >= 4; n -= 4, x += 4, y += 4) {
        v4 v = load(x);
        m4 negative = v < splat(0);
        store(y, (v4)((m4)v & ~negative));
    }
    for (; n; n--, x++, y++) *y = *x < 0 ? 0.0f : *x;
}

void relu_backward(float *dx, const float *y, const float *dy, uint32_t n) {
    for (; n >= 4; n -= 4, y += 4, dx += 4, dy += 4) {
        m4 positive = load(y) > splat(0);
        store(dx, (v4)((m4)load(dy) & positive));
    }
    for (; n; n--, y++, dx++, dy++) *dx = *y > 0 ? *dy : 0.0f;
}
