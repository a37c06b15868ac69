libhalfstep_a_SOURCES += \
  %D%/summary.h %D%/tensor.h %D%/tensor.c
