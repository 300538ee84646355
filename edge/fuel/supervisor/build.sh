#!/bin/sh
# Builds the supervisor's modules, here or into the directory named. Needs wabt.
set -e
to=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
for f in *.wat; do wat2wasm --debug-names "$f" -o "$to/${f%.wat}.wasm"; done
