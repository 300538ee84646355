#!/bin/sh
# Builds a job of one C source with Debian's clang 14 and lld, as wasm-jobs/train/build.sh
# does, whose comments say why:
#
#     build.sh SOURCE.c MODULE.wasm [FLAG...]
set -eu
[ $# -ge 2 ] || { echo "usage: build.sh SOURCE.c MODULE.wasm [FLAG...]" >&2; exit 2; }
sdk=$(cd "$(dirname "$0")" && pwd)
source=$(realpath "$1") out=$(realpath -m "$2")
shift 2
objects=$(mktemp -d)
trap 'rm -r "$objects"' EXIT
cd "$(dirname "$source")"
clang --target=wasm32-unknown-unknown -Oz -mbulk-memory -ffp-contract=off -fno-math-errno -mllvm -disable-lsr \
	-ffreestanding -std=c11 -Wall -Wextra -Werror -Wno-unused-function -I"$sdk" -I"$sdk/../../wasi" "$@" \
	-c -o "$objects/job.o" "$(basename "$source")"
cd "$objects"
wasm-ld --no-entry --export=_start --strip-all -z stack-size=16384 -o "$out" job.o
