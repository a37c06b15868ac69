libhalfstep_a_SOURCES += \
  %D%/bca.c \
  %D%/components.c \
  %D%/effect.c \
  %D%/friedman.c \
  %D%/holm.c \
  %D%/kendall.c \
  %D%/mcnemar.c \
  %D%/nemenyi.c \
  %D%/ranks.c %D%/ranks.h \
  %D%/resamples.c %D%/resamples.h \
  %D%/spearman.c \
  %D%/stats.h \
  %D%/t.c \
  %D%/weigh.c \
  %D%/wilcoxon.c
