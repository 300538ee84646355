//go:build amd64

#include "textflag.h"

// Each function is its generic loop over 16 values a turn:
//
//	for i := range 16 * groups { sum[i] += int64(values[i]) * factor }
//
// VPMULDQ multiplies the low 32 bits of each lane as signed numbers, so factor
// must fit 32 bits; the values do, once they are extended.

#define ADD16(EXTEND, A, B, C, D, BYTES) \
	MOVQ sum+0(FP), DI;              \
	MOVQ values+8(FP), SI;           \
	MOVQ groups+16(FP), CX;          \
	VPBROADCASTQ factor+24(FP), Y15; \
loop:                                    \
	EXTEND A(SI), Y0;                \
	EXTEND B(SI), Y1;                \
	EXTEND C(SI), Y2;                \
	EXTEND D(SI), Y3;                \
	VPMULDQ Y15, Y0, Y0;             \
	VPMULDQ Y15, Y1, Y1;             \
	VPMULDQ Y15, Y2, Y2;             \
	VPMULDQ Y15, Y3, Y3;             \
	VPADDQ 0(DI), Y0, Y0;            \
	VPADDQ 32(DI), Y1, Y1;           \
	VPADDQ 64(DI), Y2, Y2;           \
	VPADDQ 96(DI), Y3, Y3;           \
	VMOVDQU Y0, 0(DI);               \
	VMOVDQU Y1, 32(DI);              \
	VMOVDQU Y2, 64(DI);              \
	VMOVDQU Y3, 96(DI);              \
	ADDQ $BYTES, SI;                 \
	ADDQ $128, DI;                   \
	DECQ CX;                         \
	JNZ loop;                        \
	VZEROUPPER;                      \
	RET

// func addInt8AVX2(sum *int64, values *byte, groups int, factor int64)
TEXT ·addInt8AVX2(SB), NOSPLIT, $0-32
	ADD16(VPMOVSXBQ, 0, 4, 8, 12, 16)

// func addInt16AVX2(sum *int64, values *byte, groups int, factor int64)
TEXT ·addInt16AVX2(SB), NOSPLIT, $0-32
	ADD16(VPMOVSXWQ, 0, 8, 16, 24, 32)

// func addInt32AVX2(sum *int64, values *byte, groups int, factor int64)
TEXT ·addInt32AVX2(SB), NOSPLIT, $0-32
	ADD16(VPMOVSXDQ, 0, 16, 32, 48, 64)
