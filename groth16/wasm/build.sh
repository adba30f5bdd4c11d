#!/bin/sh
# Builds the WebAssembly kernels. The committed files come from Debian's clang-19 and lld-19 (19.1.7); the same
# versions give the same bytes.
set -eu
cd "$(dirname "$0")"
out=${1:-.}
compile="${CLANG:-clang++-19} --target=wasm32 -std=c++20 -O3 -Wall -Wextra -Werror -ffreestanding
  -fno-exceptions -fno-rtti -ffp-contract=off -matomics -mbulk-memory -mmutable-globals -fvisibility=hidden
  -fconstexpr-steps=100000000"
# the memory is imported, shared, and grows by need up to what 32-bit addresses reach
link="${LD:-wasm-ld-19} --no-entry --import-memory --shared-memory --max-memory=4294967296
  --export=__stack_pointer --export=__heap_base -z stack-size=65536 --strip-all"
object=$(mktemp)
trap 'rm -f "$object"' EXIT
build() {
  name=$1
  shift
  # shellcheck disable=SC2086
  $compile "$@" -c src/kernels.cpp -o "$object"
  # shellcheck disable=SC2086
  $link "$object" -o "$out/$name.wasm"
}
build kernels-simd -msimd128 -mrelaxed-simd
build kernels-scalar -DSCALAR_FIELD
