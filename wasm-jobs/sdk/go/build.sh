#!/bin/sh
# Builds a job in Go by the standard toolchain: build.sh DIRECTORY MODULE.wasm
set -eu
[ $# -eq 2 ] || { echo "usage: build.sh DIRECTORY MODULE.wasm" >&2; exit 2; }
out=$(realpath -m "$2")
cd "$1"
GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 GOFLAGS= go build -trimpath -ldflags='-s -w' -o "$out" .
