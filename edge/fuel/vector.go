package fuel

// describeVector is for the prefix 0xfd: the 236 instructions of fixed-width
// SIMD. A result is of one v128 or one number unless it is said otherwise.
func describeVector(o op) row {
	r := row{known: true, pops: 2, pushes: 1, class: simple}
	between := func(low, high op) bool { return low <= o && o <= high }
	switch {
	case o >= 0x100: // relaxed SIMD
		return row{}
	case o <= 10, o == 92, o == 93: // loads
		r.immediate, r.pops, r.class = memarg, 1, access
	case o == 11: // v128.store
		r.immediate, r.pushes, r.class = memarg, 0, access
	case o == 12: // v128.const
		r.immediate, r.pops = sixteen, 0
	case o == 13: // i8x16.shuffle
		r.immediate = sixteen
	case o == 14: // i8x16.swizzle
	case between(15, 18):
		r.pops = 1
	case o == 19:
		r.pops, r.nan, r.in, r.out = 1, moves, f32, f32x4
	case o == 20:
		r.pops, r.nan, r.in, r.out = 1, moves, f64, f64x2
	case between(21, 34):
		describeLanes(&r, o)
	case between(65, 70):
		r.nan, r.in = compares, f32x4
	case between(71, 76):
		r.nan, r.in = compares, f64x2
	case o == 82: // v128.bitselect
		r.pops = 3
	case o == 77, o == 83:
		r.pops = 1
	case between(84, 87):
		r.immediate, r.class = memargLane, access
	case between(88, 91):
		r.immediate, r.pushes, r.class = memargLane, 0, access
	case o == 94:
		r.pops, r.nan, r.in, r.out = 1, computes, f64x2, f32x4
	case o == 95:
		r.pops, r.nan, r.in, r.out = 1, computes, f32x4, f64x2
	case between(103, 106):
		r.pops, r.nan, r.in, r.out = 1, computes, f32x4, f32x4
	case o == 116, o == 117, o == 122, o == 148:
		r.pops, r.nan, r.in, r.out = 1, computes, f64x2, f64x2
	case between(96, 100), between(124, 129), o == 131, o == 132, between(135, 138),
		o == 160, o == 161, o == 163, o == 164, between(167, 170),
		o == 192, o == 193, o == 195, o == 196, between(199, 202),
		o == 224, o == 225, o == 236, o == 237:
		r.pops = 1
	case o == 154, o == 162, o == 165, o == 166, o == 175, o == 176, between(178, 180), o == 187,
		o == 194, o == 197, o == 198, o == 207, o == 208, between(210, 212), o == 226, o == 238:
		return row{}
	case o == 227, between(228, 233):
		r.nan, r.in, r.out = computes, f32x4, f32x4
	case o == 239, between(240, 245):
		r.nan, r.in, r.out = computes, f64x2, f64x2
	case o == 234, o == 235: // pmin, pmax
		r.nan, r.in, r.out = moves, f32x4, f32x4
	case o == 246, o == 247:
		r.nan, r.in, r.out = moves, f64x2, f64x2
	case o == 248, o == 249:
		r.pops, r.nan, r.in = 1, compares, f32x4
	case o == 252, o == 253:
		r.pops, r.nan, r.in = 1, compares, f64x2
	case o == 250, o == 251:
		// No NaN as four numbers is none as two either: an f64 NaN's upper half is
		// an f32 NaN's.
		r.pops, r.nan = 1, numbers
	case o == 254, o == 255:
		r.pops = 1
	}
	switch o {
	case 227, 239: // square roots
		r.pops, r.class = 1, divide
	case 231, 243:
		r.class = divide
	}
	return r
}

// describeLanes is for extract_lane and replace_lane.
func describeLanes(r *row, o op) {
	r.immediate = lane
	switch o {
	case 21, 22, 24, 25, 27, 29:
		r.pops = 1
	case 31:
		r.pops, r.nan, r.in, r.out = 1, moves, f32x4, f32
	case 33:
		r.pops, r.nan, r.in, r.out = 1, moves, f64x2, f64
	case 32:
		r.nan, r.in, r.out = replaces, f32x4, f32x4
	case 34:
		r.nan, r.in, r.out = replaces, f64x2, f64x2
	}
}
