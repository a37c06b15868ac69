libhalfstep_a_SOURCES += \
  %D%/summary.h %D%/tensor.h %D%/tensor.c
libhalfstep_a_SOURCES += \
  %D%/isa.h %D%/isa.c %D%/summary_state.h %D%/summary_twofold.h %D%/summary.c %D%/summary_sort.c %D%/summary_query.c %D%/summary_loss.c
