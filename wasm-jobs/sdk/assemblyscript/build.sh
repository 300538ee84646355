#!/bin/sh
# Builds a job in AssemblyScript: build.sh SOURCE.ts MODULE.wasm, by the compiler that ASC
# names, or the one in the PATH.
set -eu
[ $# -eq 2 ] || { echo "usage: build.sh SOURCE.ts MODULE.wasm" >&2; exit 2; }
exec "${ASC:-asc}" "$1" --outFile "$2" -Osize --runtime incremental --use abort= --noColors
