#!/bin/sh
# Builds this package's modules with Debian's clang 14, lld and wabt, here or into
# the directory named. The same tools give the same bytes, which TestRebuild checks.
# The linker is called by hand because clang would run wasm-opt where it finds one,
# which drops the name section that Bacalhau asks for.
set -eu
to=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
for source in host sealing sealing-starting; do wat2wasm --debug-names "$source.wat" -o "$to/$source.wasm"; done
cd src
objects=$(mktemp -d)
trap 'rm -r "$objects"' EXIT
build() {
	name=$(basename "$1" .c)
	clang --target=wasm32-unknown-unknown -Os -mbulk-memory -ffreestanding -ffunction-sections -std=c2x \
		-DBLAKE2_NO_UNROLLING -Imonocypher -Isodium "$@" -c -o "$objects/$name.o"
}
for source in calls files finish entropy age libc; do build "$source.c" -Wall -Wextra -Werror; done
build monocypher/monocypher.c
build sodium/hash_sha256_cp.c
build sodium/auth_hmacsha256.c
cd "$objects"
wasm-ld --no-entry -z stack-size=65536 -o "$to/seal.wasm" calls.o files.o finish.o entropy.o age.o libc.o monocypher.o hash_sha256_cp.o auth_hmacsha256.o
