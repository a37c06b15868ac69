libhalfstep_a_SOURCES += \
  %D%/bca.c \
  %D%/components.c \
  %D%/kendall.c \
  %D%/resamples.c %D%/resamples.h \
  %D%/stats.h \
  %D%/t.c
