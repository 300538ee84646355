#!/bin/sh
# Builds train.wasm with Debian's clang 14 and lld. The same compiler gives the
# same bytes, which TestRebuild checks. An argument names another output file.
#
# Loop strength reduction is off because it splits the constant offsets of loads
# from their pointer, and then wazero checks bounds at every load. The linker is
# called by hand because clang would run wasm-opt where it finds one, which drops
# the name section that Bacalhau asks for.
set -eu
out=$(realpath -m "${1:-$(dirname "$0")/train.wasm}")
cd "$(dirname "$0")/src"
objects=$(mktemp -d)
trap 'rm -r "$objects"' EXIT
set -- wasi memory job batch dense conv2d bias maxpool2d relu loss sgd update elementary gemm
for source in "$@"; do
	clang --target=wasm32-unknown-unknown -O3 -msimd128 -mbulk-memory -ffp-contract=off -fno-math-errno \
		-mllvm -disable-lsr -ffreestanding -std=c11 -Wall -Wextra -Werror -Wno-unknown-pragmas \
		-c -o "$objects/$source.o" "$source.c"
done
cd "$objects"
wasm-ld --no-entry --export=_start -z stack-size=65536 -o "$out" $(printf '%s.o ' "$@")
