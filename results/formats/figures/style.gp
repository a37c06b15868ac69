# What all figures look like: loaded by each, after term.gp. Change it here, run the scripts again.
# Okabe and Ito's palette: told apart with any colour vision; marker and dash tell series apart without colour.
ink   = "#222222"
faint = "#D9D9D9"
cloud = "#8A8A8A"
set border 3 linewidth 0.8 linecolor rgb ink
set tics out nomirror scale 0.5 textcolor rgb ink noenhanced
set title textcolor rgb ink noenhanced
set xlabel textcolor rgb ink
set ylabel textcolor rgb ink
set key textcolor rgb ink noenhanced samplen 1.8 spacing 1.15
if (fmt eq "tex") { set format number } else { set minussign }
set errorbars 0.5
set pointintervalbox 0
set style line 1 linecolor rgb "#0072B2" pointtype 7  pointsize 0.55 linewidth 1.5 dashtype 1
set style line 2 linecolor rgb "#D55E00" pointtype 5  pointsize 0.50 linewidth 1.5 dashtype (12,4)
set style line 3 linecolor rgb "#009E73" pointtype 9  pointsize 0.65 linewidth 1.5 dashtype (4,3)
set style line 4 linecolor rgb "#CC79A7" pointtype 13 pointsize 0.65 linewidth 1.5 dashtype (10,3,2,3)
set style line 5 linecolor rgb "#E69F00" pointtype 11 pointsize 0.65 linewidth 1.5 dashtype (2,2)
set style line 6 linecolor rgb "#56B4E9" pointtype 15 pointsize 0.60 linewidth 1.5 dashtype (8,3,2,3,2,3)
set style line 7 linecolor rgb "#666666" pointtype 6  pointsize 0.60 linewidth 1.5 dashtype (16,4)
set style line 8 linecolor rgb cloud     pointtype 7  pointsize 0.35 linewidth 1.0 dashtype 1
