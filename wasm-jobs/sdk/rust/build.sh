#!/bin/sh
# Builds a job in Rust: build.sh SOURCE.rs MODULE.wasm. It takes the first rustc that has
# WASI's library: Debian's with libstd-rust-dev-wasm32, or another by RUSTC.
set -eu
[ $# -eq 2 ] || { echo "usage: build.sh SOURCE.rs MODULE.wasm" >&2; exit 2; }
for rustc in ${RUSTC:-} rustc /usr/bin/rustc; do
	sysroot=$("$rustc" --print sysroot 2>/dev/null) || continue # rustup's stand-in may have no rustc behind it
	for target in wasm32-wasip1 wasm32-wasi; do # its name since Rust 1.78, and before
		if [ -d "$sysroot/lib/rustlib/$target/lib" ]; then
			exec "$rustc" --target "$target" --edition 2021 -C opt-level=s -C lto -C panic=abort -C strip=symbols -o "$2" "$1"
		fi
	done
done
echo "no rustc with wasm32-wasip1: install Debian's rustc and libstd-rust-dev-wasm32, or rustup target add wasm32-wasip1" >&2
exit 3
