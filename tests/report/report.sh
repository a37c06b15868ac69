#!/bin/sh
# report.sh - a whole report as its users meet it: readable by their tools, redrawn by its own scripts, complete without
# gnuplot, and the same whatever drew it.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
here=${SRCDIR:-.}/tests/report
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
draw=${BUILDDIR:-.}/tests/report/draw_report
fail() { echo "FAILED: $*"; exit 1; }

odd=$("$draw" --odd-name)
"$draw" "$tmp/odd" 3 2 12 2 2 13 1 > "$tmp/out" 2> "$tmp/err"
test ! -s "$tmp/err" || case $(cat "$tmp/err") in
  *"not installed"*) echo "SKIPPED figures: no gnuplot" ;;
  *) cat "$tmp/err"; fail "something was said on standard error" ;;
esac
awk 'length($0) > 110 { exit 1 }' "$tmp/out" || fail "a line on the terminal is too long" # bytes: some are UTF-8

if /usr/bin/python3 -c pass 2> /dev/null; then
  /usr/bin/python3 "$here/check.py" "$tmp/odd" "$odd" || fail "check.py"
else
  echo "SKIPPED check.py: no python3"
fi

# Each script alone gives the picture that is there.
if command -v gnuplot > /dev/null; then
  n=0
  for gp in "$tmp"/odd/figures/*.gp; do
    name=$(basename "$gp" .gp)
    case $name in style|term) continue ;; esac
    (cd "$tmp/odd/figures" && cp "$name.svg" "$tmp/was.svg" && rm "$name.svg" && gnuplot "$name.gp") || fail "gnuplot $name.gp"
    cmp "$tmp/was.svg" "$tmp/odd/figures/$name.svg" || fail "$name.svg differs when drawn alone"
    n=$((n + 1))
  done
  test $n -ge 5 || fail "only $n figures"
  ls -A "$tmp/odd/figures" | grep -q '\.new\.\|\.tmp$' && fail "temporary files were left"
  # The same bytes again, dates of PDF files included.
  "$draw" "$tmp/again" 3 2 12 2 2 13 1 > /dev/null
  diff -r "$tmp/odd" "$tmp/again" || fail "two reports of the same records differ"
fi

# Without gnuplot everything else is there, and the message says what is not.
mkdir "$tmp/empty"
PATH=$tmp/empty "$draw" "$tmp/bare" 2 2 > /dev/null 2> "$tmp/err"
grep -q 'gnuplot is not installed' "$tmp/err" || fail "nobody said that gnuplot is missing"
for f in results.h5 report.html tables/trials.csv tables/nodes.tex figures/strategies.gp figures/strategies.dat; do
  test -s "$tmp/bare/$f" || fail "$f is missing without gnuplot"
done
grep -q 'gnuplot is not installed' "$tmp/bare/report.html" || fail "the page does not say why it has no figures"
