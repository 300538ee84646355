#!/bin/sh
# Builds the built-in modules, each beside its source; an argument names another directory
# for them.
set -eu
cd "$(dirname "$0")"
to=$(realpath -m "${1:-.}")
for name in threshold aggregate features anomaly prepare profile; do
	[ -f $name/$name.c ] || continue
	mkdir -p "$to/$name"
	case $name in
	profile) flags=-msimd128 ;;
	*) flags= ;;
	esac
	../sdk/c/build.sh $name/$name.c "$to/$name/$name.wasm" -I"$PWD" $flags
done
