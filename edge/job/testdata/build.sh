#!/bin/sh
# Builds the guests of this package's tests, here or into the directory named.
# Needs clang 14, lld and wabt.
set -e
to=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
clang-14 --target=wasm32 -O1 -ffreestanding -nostdlib -Wl,--export=_start -Wl,--no-entry -Wl,-z,stack-size=65536 -o "$to/guest.wasm" guest.c
for f in *.wat; do wat2wasm --enable-threads "$f" -o "$to/${f%.wat}.wasm"; done
