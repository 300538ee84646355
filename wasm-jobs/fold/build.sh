#!/bin/sh
# Builds fold.wasm with Debian's clang 14 and lld, as wasm-jobs/train/build.sh does,
# whose comments say why. An argument names another output file.
set -eu
out=$(realpath -m "${1:-$(dirname "$0")/fold.wasm}")
cd "$(dirname "$0")/src"
objects=$(mktemp -d)
trap 'rm -r "$objects"' EXIT
for source in shard update add; do
	clang --target=wasm32-unknown-unknown -O3 -msimd128 -mbulk-memory -mllvm -disable-lsr -fno-strict-aliasing \
		-ffreestanding -std=c11 -Wall -Wextra -Werror -c -o "$objects/$source.o" "$source.c"
done
cd "$objects"
wasm-ld --no-entry --export=_start -z stack-size=65536 -o "$out" shard.o update.o add.o
