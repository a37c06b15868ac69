#!/bin/sh
# texlive.sh - every LaTeX table and every figure for LaTeX compiles with Debian's texlive and stays on its page, odd names included.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED report/texlive: $*"; exit 77; }
command -v pdflatex > /dev/null || skip "no pdflatex"
for package in booktabs siunitx longtable adjustbox pdflscape graphicx xcolor; do
  kpsewhich $package.sty > /dev/null || skip "no $package.sty"
done
tmp=$(mktemp -d)
trap 'test -z "${KEEP:-}" || cp -r "$tmp" "$KEEP"; rm -rf "$tmp"' EXIT # KEEP=DIR: the pages, to be looked at
halfstep=${HALFSTEP:-${BUILDDIR:-.}/halfstep}
networks=$(cd "${SRCDIR:-.}/experiments/networks" && pwd)
draw=${BUILDDIR:-.}/tests/report/draw_report
fail() { echo "FAILED: $*"; exit 1; }

# Names that LaTeX cannot bear, many columns, many rows.
"$draw" "$tmp/odd" 3 2 12 2 2 13 1 > "$tmp/out" 2>&1 || fail "draw_report: $(cat "$tmp/out")"
# A run as the quickstart's, with every analysis that finds out about layers.
cat > "$tmp/run.yaml" <<END
name: texlive
question: Does LaTeX take it?
seed: 1
network: $networks/cnn.h5
data:
  calibration: {file: $networks/fashion.h5, samples: 64}
  evaluation: {file: $networks/fashion.h5, samples: 60}
scheme:
  weights: {format: [int8, int4], granularity: channel, symmetric: true, range: restricted}
  activations: {format: [int8, int4], granularity: tensor, symmetric: false}
calibration:
  weights: minmax
  activations: [minmax, {percentile: {p: 99.99}}]
zip: [[scheme.weights.format, scheme.activations.format]]
order: forward
context: quantized
metrics: [sqnr, agreement, accuracy]
attribution: [one-in, one-out, pairs, predicted, null-model, proxies, additivity]
report: {tables: [csv, md, tex], figures: [svg, tex]}
END
"$halfstep" run "$tmp/run.yaml" -q -o "$tmp/run" > "$tmp/out" 2>&1 || fail "run: $(cat "$tmp/out")"

# Documents: the article's own narrow page, and the wide one of many journals. What varies in six ways needs the wide one: on
# the other its letters would be smaller than LaTeX's smallest.
document() {
  cat <<'END'
\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{booktabs,siunitx,textcomp,longtable,adjustbox,pdflscape,graphicx,xcolor}
END
  test "$2" = narrow || printf '%s\n' '\usepackage[a4paper,width=6.5in,height=9.3in]{geometry}'
  printf '%s\n' '\begin{document}'
  for f in "$1"/tables/*.tex; do printf '\\input{tables/%s}\\clearpage\n' "$(basename "$f")"; done
  for f in "$1"/figures/*-tex.tex; do
    test -e "$f" || continue
    printf '\\begin{figure}\\centering\\graphicspath{{figures/}}\\adjustbox{max width=\\textwidth}{\\input{figures/%s}}\\end{figure}\\clearpage\n' "$(basename "$f")"
  done
  printf '%s\n' '\end{document}'
}
for which in odd-wide run-narrow run-wide; do
  report=${which%-*} page=${which#*-}
  document "$tmp/$report" "$page" > "$tmp/$report/$which.tex"
  grep -q 'figures/.*-tex.tex' "$tmp/$report/$which.tex" || command -v gnuplot > /dev/null || echo "SKIPPED figures: no gnuplot"
  for pass in 1 2; do # a longtable knows its columns' widths in the second
    (cd "$tmp/$report" && timeout 300 pdflatex -interaction=nonstopmode -halt-on-error $which.tex > said 2>&1) || {
      grep -A6 '^!' "$tmp/$report/said"
      fail "$report, $page: pdflatex"
    }
  done
  grep -q 'Missing character\|undefined' "$tmp/$report/$which.log" && {
    grep 'Missing character\|undefined' "$tmp/$report/$which.log"
    fail "$report, $page: something is missing in the page"
  }
  if grep -B2 -A2 '^Overfull .hbox' "$tmp/$report/$which.log" > "$tmp/overfull"; then
    cat "$tmp/overfull"
    fail "$report, $page: wider than the page"
  fi
done
