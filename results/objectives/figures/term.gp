# Where a figure goes: gnuplot -e 'fmt="pdf"' FIGURE.gp, fmt one of svg (default), pdf, png, tex.
# W and H are inches, set by the figure; the letters are 8 points in every format.
# tex writes FIGURE-tex.tex, which LaTeX inputs, and FIGURE-tex.pdf, which that includes: texts in the document's own letters.
if (!exists("fmt")) fmt = "svg"
if (!exists("FONT")) FONT = "DejaVu Sans"
if (fmt eq "svg") set terminal svg size W*96,H*96 font FONT.",10.5" background "white" dynamic
if (fmt eq "pdf") set terminal pdfcairo size W in,H in font FONT.",8" linewidth 1
if (fmt eq "png") set terminal pngcairo size W*200,H*200 font FONT.",8" fontscale 2.08 linewidth 2 pointscale 2.1
if (fmt eq "tex") set terminal cairolatex pdf input colortext size W in,H in font ",8"
set output OUT.(fmt eq "tex" ? "-tex" : "").".".fmt
# Names and tic labels, whatever characters they have (gnuplot cuts long tic labels: short ways to write them); numbers in cells;
# powers of ten, of a tic and of a number.
set encoding utf8
texchar(c) = strstrt("{}$&#_%", c) ? "\\".c : c eq "−" ? "$-$" : c eq "\\" ? "\\char92{}" : c eq "^" ? "\\^{}" : c eq "~" ? "\\~{}" : c
texname(s) = strlen(s) ? texchar(s[1:1]).texname(s[2:*]) : ""
percent(s) = strlen(s) ? (s[1:1] eq "%" ? "%%" : s[1:1]).percent(s[2:*]) : ""
name(s) = fmt eq "tex" ? texname(s) : s
tic(s) = percent(name(s))
# gnuplot reads escapes in the labels of a plot once more.
small(s) = fmt eq "tex" ? "\\\\tiny ".s : s
decade = fmt eq "tex" ? "$10^{%T}$" : "10^{%T}"
power = fmt eq "tex" ? "$10^{%d}$" : "10^{%d}"
number = fmt eq "tex" ? "$%h$" : "%h"
minus = fmt eq "tex" ? "$-$" : "−"
