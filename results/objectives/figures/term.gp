# Where a figure goes: gnuplot -e 'fmt="pdf"' FIGURE.gp, fmt one of svg (default), pdf, png, tex.
# W and H are inches, set by the figure; the letters are 8 points in every format.
if (!exists("fmt")) fmt = "svg"
if (!exists("FONT")) FONT = "DejaVu Sans"
if (fmt eq "svg") set terminal svg size W*96,H*96 font FONT.",10.5" background "white" dynamic
if (fmt eq "pdf") set terminal pdfcairo size W in,H in font FONT.",8" linewidth 1
if (fmt eq "png") set terminal pngcairo size W*200,H*200 font FONT.",8" fontscale 2.08 linewidth 2 pointscale 2.1
if (fmt eq "tex") set terminal cairolatex pdf input size W in,H in
set output OUT.".".fmt
