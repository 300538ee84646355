/* Products of matrices after Goto and van de Geijn 2008, cut down to what pays
 * here: a tile of C stays in registers while a packed piece of A goes past it. */
#include "gemm.h"

#include "vector.h"

#define LEAF __attribute__((noinline))

/* One k: R packed values, each repeated four times (a load and splat is three
 * instructions in wazero, a load is one), times a row of 8 columns of B. */
#define STEP(R, B, P)                                  \
    {                                                  \
        v4 b1 = load((B) + 4), b0 = load(B);           \
        UNROLL for (int r = (R) - 1; r >= 0; r--) {    \
            v4 a = load((P) + 4 * r);                  \
            c[r][0] = multiply_add(c[r][0], b0, a);    \
            c[r][1] = multiply_add(c[r][1], a, b1);    \
        }                                              \
    }

/* Steps of k at a time: the K of a weight's gradient is the batch, which is often
 * a multiple of five. */
#define STEPS 5

/* pack_R lays out R rows of A as packed[depth-1-k][r][0..3]: last k first, so
 * that a tile, which goes by rising k, meets the largest offset first. tile_R
 * computes R rows and 8 columns of C; C and B have rows c_step and b_step apart. */
#define TILE(R)                                                                                             \
    INLINE void pack_##R(float *packed, const float *A, uint32_t depth, uint32_t row_step, uint32_t k_step) { \
        packed += 4 * (R) * depth;                                                                          \
        for (uint32_t k = 0; k < depth; k++, A += k_step) {                                                 \
            packed = fresh_output(packed - 4 * (R));                                                        \
            UNROLL for (int r = (R) - 1; r >= 0; r--) store(packed + 4 * r, splat(A[(uint32_t)r * row_step])); \
        }                                                                                                   \
    }                                                                                                       \
    INLINE void tile_##R(float *C, uint32_t c_step, const float *packed, const float *B, uint32_t b_step,   \
                         uint32_t depth, uint32_t add) {                                                    \
        v4 c[R][2];                                                                                         \
        UNROLL for (int r = 0; r < (R); r++) {                                                              \
            c[r][1] = add ? load(C + (uint32_t)r * c_step + 4) : splat(0);                                  \
            c[r][0] = add ? load(C + (uint32_t)r * c_step) : splat(0);                                      \
        }                                                                                                   \
        uint32_t k = depth;                                                                                 \
        packed += 4 * (R) * depth;                                                                          \
        for (; k >= STEPS; k -= STEPS) {                                                                    \
            packed = fresh(packed - STEPS * 4 * (R));                                                       \
            UNROLL for (int s = STEPS - 1; s >= 0; s--, B += b_step) STEP(R, B, packed + s * 4 * (R))       \
        }                                                                                                   \
        for (; k; k--, B += b_step) {                                                                       \
            packed = fresh(packed - 4 * (R));                                                               \
            STEP(R, B, packed)                                                                              \
        }                                                                                                   \
        UNROLL for (int r = 0; r < (R); r++) {                                                              \
            store(C + (uint32_t)r * c_step + 4, c[r][1]);                                                   \
            store(C + (uint32_t)r * c_step, c[r][0]);                                                       \
        }                                                                                                   \
    }

TILE(1)
TILE(2)
TILE(3)
TILE(4)
TILE(5)

#define FOR_ROWS(rows, CASE) \
    switch (rows) {          \
    case 5: CASE(5) break;   \
    case 4: CASE(4) break;   \
    case 3: CASE(3) break;   \
    case 2: CASE(2) break;   \
    default: CASE(1) break;  \
    }

/* The columns after the last whole tile, in a copy that is filled up with zeros. */
INLINE void pack_columns(float *edge, const float *B, uint32_t columns, uint32_t N, uint32_t depth) {
    for (uint32_t k = 0; k < depth; k++, edge += TILE_COLUMNS, B += N) {
        store(edge + 4, splat(0));
        store(edge, splat(0));
        for (uint32_t j = 0; j < columns; j++) edge[j] = B[j];
    }
}

INLINE void copy_columns(float *to, uint32_t to_step, const float *from, uint32_t from_step, uint32_t rows, uint32_t columns) {
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t j = 0; j < columns; j++) to[r * to_step + j] = from[r * from_step + j];
}

INLINE void gemm(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add,
                 float *scratch, uint32_t row_step, uint32_t k_step) {
    float *packed = scratch, *edge = packed + TILE_ROWS * TILE_DEPTH * 4, *corner = edge + TILE_DEPTH * TILE_COLUMNS;
    uint32_t whole = N & ~(uint32_t)(TILE_COLUMNS - 1), left = N - whole;
    for (uint32_t k = 0; k < K; k += TILE_DEPTH, add = 1) {
        uint32_t depth = K - k < TILE_DEPTH ? K - k : TILE_DEPTH;
        const float *rows_of_b = B + k * N;
        if (left) pack_columns(edge, rows_of_b + whole, left, N, depth);
        for (uint32_t i = 0; i < M; i += TILE_ROWS) {
            uint32_t rows = M - i < TILE_ROWS ? M - i : TILE_ROWS;
            const float *a = A + i * row_step + k * k_step;
            float *c = C + i * N;
            if (left && add) copy_columns(corner, TILE_COLUMNS, c + whole, N, rows, left);
#define ROWS(R)                                                                                          \
    pack_##R(packed, a, depth, row_step, k_step);                                                        \
    for (uint32_t j = 0; j < whole; j += TILE_COLUMNS) tile_##R(c + j, N, packed, rows_of_b + j, N, depth, add); \
    if (left) tile_##R(corner, TILE_COLUMNS, packed, edge, TILE_COLUMNS, depth, add);
            FOR_ROWS(rows, ROWS)
            if (left) copy_columns(c + whole, N, corner, TILE_COLUMNS, rows, left);
        }
    }
}

LEAF void gemm_nn(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch) {
    gemm(C, A, B, M, N, K, add, scratch, K, 1);
}

LEAF void gemm_tn(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch) {
    gemm(C, A, B, M, N, K, add, scratch, 1, M);
}

/* to[k*N+j] = B[j*K+k], four j at a time. */
INLINE void transpose(float *to, const float *B, uint32_t N, uint32_t K) {
    uint32_t j = 0;
    for (; j + 4 <= N; j += 4, B += 4 * K) {
        float *t = to + j;
        uint32_t k = 0;
        for (; k + 4 <= K; k += 4) {
            const float *p = B + k;
            const float *r0 = fresh(p), *r1 = fresh(p + K), *r2 = fresh(p + 2 * K), *r3 = fresh(p + 3 * K);
            v4 d = {r0[3], r1[3], r2[3], r3[3]}, c = {r0[2], r1[2], r2[2], r3[2]};
            v4 b = {r0[1], r1[1], r2[1], r3[1]}, a = {r0[0], r1[0], r2[0], r3[0]};
            store(t, a);
            store(t + N, b);
            store(t + 2 * N, c);
            store(t + 3 * N, d);
            t += 4 * N;
        }
        for (; k < K; k++, t += N) store(t, (v4){B[k], B[K + k], B[2 * K + k], B[3 * K + k]});
    }
    for (; j < N; j++, B += K)
        for (uint32_t k = 0; k < K; k++) to[k * N + j] = B[k];
}

LEAF void gemm_nt(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch, float *transposed) {
    transpose(transposed, B, N, K);
    gemm(C, A, transposed, M, N, K, add, scratch, K, 1);
}

LEAF void axpy(float *y, float a, const float *x, uint32_t n) {
    v4 s = splat(a);
    for (; n >= 16; n -= 16, x += 16, y += 16) {
        const float *from = fresh(x);
        float *to = fresh_output(y);
        UNROLL for (int i = 12; i >= 0; i -= 4) store(to + i, multiply_add(load(to + i), load(from + i), s));
    }
    for (; n; n--, x++, y++) *y = *y + a * *x;
}
