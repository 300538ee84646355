/* Inner products: the functions that a host may replace by native code
 * ("tensor intrinsics" in the design).
 *
 * Each result is DEFINED as the scalar loop in its comment: every element of C
 * sums its products in index order, and each product and each sum is rounded to
 * float on its own. Columns do not touch each other, so vectors over columns
 * give the same bits at any width. The functions call nothing, touch no global
 * and hold no data address.
 *
 * scratch holds GEMM_SCRATCH floats, and its content is lost.
 */
#ifndef GEMM_H
#define GEMM_H

#include <stdint.h>

/* Rows and columns of C that one tile holds in registers, and the part of K that
 * is packed at a time, so that what is packed stays in the first-level cache. */
#define TILE_ROWS 5
#define TILE_COLUMNS 8
#define TILE_DEPTH 120
#define GEMM_SCRATCH (TILE_ROWS * TILE_DEPTH * 4 + TILE_DEPTH * TILE_COLUMNS + TILE_ROWS * TILE_COLUMNS)

/* for i < M, j < N:  c = add ? C[i*N+j] : 0;
 *   for k < K: c = c + A[i*K+k] * B[k*N+j];
 *   C[i*N+j] = c */
void gemm_nn(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch);

/* The same with A read as its transpose, A[k*M+i]. */
void gemm_tn(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch);

/* The same with B read as its transpose, B[j*K+k]; transposed holds K*N floats,
 * and its content is lost. */
void gemm_nt(float *C, const float *A, const float *B, uint32_t M, uint32_t N, uint32_t K, uint32_t add, float *scratch, float *transposed);

/* for i < n: y[i] = y[i] + a * x[i] */
void axpy(float *y, float a, const float *x, uint32_t n);

#endif
