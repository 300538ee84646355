#!/bin/sh
# Rebuilds the guests of this package's tests. Needs clang 14, lld and wabt.
set -e
cd "$(dirname "$0")"
clang-14 --target=wasm32 -O1 -ffreestanding -nostdlib -Wl,--export=_start -Wl,--no-entry -Wl,-z,stack-size=65536 -o guest.wasm guest.c
for f in *.wat; do wat2wasm --enable-threads "$f" -o "${f%.wat}.wasm"; done
