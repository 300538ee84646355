#include "gemm.h"
#include "layer.h"
#include "vector.h"

void bias_forward(float *y, const float *bias, uint32_t rows, uint32_t n) {
    for (uint32_t r = 0; r < rows; r++, y += n) copy(y, bias, n);
}

void bias_backward(float *sum, const float *dy, uint32_t rows, uint32_t n) {
    fill_zero(sum, n);
    for (uint32_t r = 0; r < rows; r++, dy += n) axpy(sum, 1.0f, dy, n);
}
