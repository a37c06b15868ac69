#!/bin/sh
# fuzz.sh - builds the two fuzzers with clang and lets each run: SOURCE BUILD SECONDS; new inputs stay in BUILD/fuzzing.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
source=$(cd "$1" && pwd) build=$(cd "$2" && pwd) seconds=$3
clang=${CLANG:-clang}
if ! echo 'int LLVMFuzzerTestOneInput(const char *b, long n) { return !b + n < 0; }' |
    $clang -x c -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
    echo "fuzz: $clang with libFuzzer is needed (Debian: clang, libclang-rt-14-dev)" >&2
    exit 77
fi
mkdir -p "$build/fuzzing/tree" && cd "$build/fuzzing/tree"
flags="-g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
[ -f Makefile ] || "$source/configure" -q --disable-x86-kernels CC="$clang" CFLAGS="$flags" LDFLAGS="-fsanitize=address,undefined"
make -s -j"$(nproc)" libhalfstep.a
make -s tests/fuzz/fuzz_dump tests/fuzz/fuzz_config
for target in dump config; do
    mkdir -p "$build/fuzzing/$target"
    case $target in dump) seeds="$source/tests/fuzz/keras" ;; *) seeds="$source/tests/fuzz/config" ;; esac
    "$build/fuzzing/tree/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/fuzzing/$target-" "$build/fuzzing/$target" "$seeds"
done
