#!/bin/sh
# Builds the guests of this package's tests, here or into the directory named.
# Needs clang 14, lld and wabt.
set -e
to=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
# Linked by itself: as a linker's driver, clang runs wasm-opt where there is one.
for f in guest portable resumable script streaming; do
	clang-14 --target=wasm32 -O1 -ffreestanding -c -o "$to/$f.o" $f.c
	wasm-ld-14 --export=_start --no-entry -z stack-size=65536 -o "$to/$f.wasm" "$to/$f.o"
	rm "$to/$f.o"
done
for f in *.wat; do wat2wasm --enable-threads "$f" -o "$to/${f%.wat}.wasm"; done
