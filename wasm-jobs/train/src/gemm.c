#include "gemm.h"

/* Four columns. Unaligned, so that any row length will do. */
typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define LEAF __attribute__((noinline))

/* One tile: R rows and 8 columns of C stay in registers over the packed depth.
 * Every load lies at a constant offset from one of two moving pointers, so that
 * wazero checks bounds once a pointer and not once a load. The packed values
 * are repeated four times already, because wazero makes three instructions of a
 * load-and-splat and one of a plain load. */
#define MULTIPLY_ADD(R, B, P)                                                        \
    {                                                                                \
        v4 b0 = *(const v4 *)(B), b1 = *(const v4 *)((B) + 4);                       \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {             \
            v4 a = *(const v4 *)((P) + 4 * r);                                       \
            c[r][0] = c[r][0] + a * b0;                                              \
            c[r][1] = c[r][1] + a * b1;                                              \
        }                                                                            \
    }

#define TILE8(R)                                                                     \
    INLINE void tile8_##R(float *C, const float *packed, const float *B,             \
                          uint32_t N, uint32_t depth, uint32_t add) {                \
        v4 c[R][2];                                                                  \
        for (int r = 0; r < R; r++)                                                  \
            for (int v = 0; v < 2; v++)                                              \
                c[r][v] = add ? *(const v4 *)(C + r * N + 4 * v) : (v4){0, 0, 0, 0}; \
        uint32_t k = depth;                                                          \
        for (; k >= 4; k -= 4) {                                                     \
            MULTIPLY_ADD(R, B, packed)                                               \
            B += N;                                                                  \
            MULTIPLY_ADD(R, B, packed + 4 * R)                                       \
            B += N;                                                                  \
            MULTIPLY_ADD(R, B, packed + 8 * R)                                       \
            B += N;                                                                  \
            MULTIPLY_ADD(R, B, packed + 12 * R)                                      \
            B += N;                                                                  \
            packed += 16 * R;                                                        \
        }                                                                            \
        for (; k; k--) {                                                             \
            MULTIPLY_ADD(R, B, packed)                                               \
            B += N;                                                                  \
            packed += 4 * R;                                                         \
        }                                                                            \
        for (int r = 0; r < R; r++)                                                  \
            for (int v = 0; v < 2; v++)                                              \
                *(v4 *)(C + r * N + 4 * v) = c[r][v];                                \
    }

TILE8(1)
TILE8(2)
TILE8(3)
TILE8(4)
TILE8(5)

/* The columns after the last whole tile of 8, one by one. */
INLINE void tail(float *C, const float *packed, const float *B, uint32_t rows, uint32_t columns,
                 uint32_t N, uint32_t depth, uint32_t add) {
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t j = 0; j < columns; j++) {
            float c = add ? C[r * N + j] : 0.0f;
            for (uint32_t k = 0; k < depth; k++)
                c = c + packed[4 * (k * rows + r)] * B[k * N + j];
            C[r * N + j] = c;
        }
}

INLINE void block(float *C, const float *packed, const float *B, uint32_t rows, uint32_t N,
                  uint32_t depth, uint32_t add) {
    uint32_t j = 0;
    switch (rows) {
    case 5: for (; j + 8 <= N; j += 8) tile8_5(C + j, packed, B + j, N, depth, add); break;
    case 4: for (; j + 8 <= N; j += 8) tile8_4(C + j, packed, B + j, N, depth, add); break;
    case 3: for (; j + 8 <= N; j += 8) tile8_3(C + j, packed, B + j, N, depth, add); break;
    case 2: for (; j + 8 <= N; j += 8) tile8_2(C + j, packed, B + j, N, depth, add); break;
    default: for (; j + 8 <= N; j += 8) tile8_1(C + j, packed, B + j, N, depth, add); break;
    }
    tail(C + j, packed, B + j, rows, N - j, N, depth, add);
}

/* pack repeats rows of A four times: packed[k][r][0..3] = A(row r, column k). */
INLINE void pack(float *packed, const float *A, uint32_t rows, uint32_t depth, uint32_t row_step, uint32_t column_step) {
    for (uint32_t r = 0; r < rows; r++) {
        const float *a = A + r * row_step;
        float *p = packed + 4 * r;
        for (uint32_t k = 0; k < depth; k++) {
            float v = *a;
            *(v4 *)p = (v4){v, v, v, v};
            a += column_step;
            p += 4 * rows;
        }
    }
}

INLINE void gemm(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add,
                 float *scratch, uint32_t row_step, uint32_t column_step) {
    for (uint32_t k = 0; k < K; k += TILE_DEPTH) {
        uint32_t depth = K - k < TILE_DEPTH ? K - k : TILE_DEPTH;
        for (uint32_t i = 0; i < M;) {
            uint32_t rows = M - i < TILE_ROWS ? M - i : TILE_ROWS;
            pack(scratch, A + i * row_step + k * column_step, rows, depth, row_step, column_step);
            block(C + i * N, scratch, B + k * N, rows, N, depth, add | (k != 0));
            i += rows;
        }
    }
}

LEAF void gemm_nn(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch) {
    gemm(C, A, B, M, N, K, add, scratch, K, 1);
}

LEAF void gemm_tn(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch) {
    gemm(C, A, B, M, N, K, add, scratch, 1, M);
}

LEAF void gemm_nt(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch, float *transposed) {
    for (uint32_t j = 0; j < N; j++) {
        float *t = transposed + j;
        for (uint32_t k = 0; k < K; k++) {
            *t = *B++;
            t += N;
        }
    }
    gemm(C, A, transposed, M, N, K, add, scratch, K, 1);
}

LEAF void axpy(float *y, float a, const float *x, uint32_t n) {
    v4 s = {a, a, a, a};
    for (; n >= 8; n -= 8) {
        v4 y0 = *(v4 *)y + s * *(const v4 *)x, y1 = *(v4 *)(y + 4) + s * *(const v4 *)(x + 4);
        *(v4 *)y = y0;
        *(v4 *)(y + 4) = y1;
        y += 8;
        x += 8;
    }
    for (; n; n--) {
        *y = *y + a * *x;
        y++;
        x++;
    }
}
