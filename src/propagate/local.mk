libhalfstep_a_SOURCES += \
  %D%/calibrate.c %D%/calibrate.h \
  %D%/calibrate_weights.c \
  %D%/chain.c %D%/chain.h \
  %D%/codes.c %D%/codes.h \
  %D%/compute.c %D%/compute.h \
  %D%/eval.c \
  %D%/fit.c %D%/fit.h \
  %D%/keep.c %D%/keep.h \
  %D%/lab.c %D%/lab.h \
  %D%/layer.c %D%/layer.h \
  %D%/measure.h %D%/moments.h %D%/moments.c %D%/measure_nodes.c %D%/measure_output.c \
  %D%/objective.c %D%/objective.h %D%/objective_layer.c %D%/objective_network.c \
  %D%/oracle.c %D%/oracle.h %D%/oracle_report.c \
  %D%/rooms.c %D%/rooms.h \
  %D%/search.c %D%/search.h \
  %D%/seen.c \
  %D%/sensitivity.c %D%/sensitivity.h %D%/sequence.c %D%/sequence.h \
  %D%/spec.c %D%/spec_hash.c %D%/spec.h \
  %D%/state.c \
  %D%/sums.c %D%/sums.h \
  %D%/table.c %D%/table.h \
  %D%/trace.c %D%/trace.h \
  %D%/walk.c %D%/walk.h
