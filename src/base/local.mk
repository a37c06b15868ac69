libhalfstep_a_SOURCES += \
  %D%/err.h %D%/err.c \
  %D%/file.h %D%/file.c \
  %D%/hash.h %D%/hash.c \
  %D%/knob.h \
  %D%/mem.h %D%/mem.c \
  %D%/output.h %D%/output.c \
  %D%/progress.h %D%/progress.c \
  %D%/rng.h %D%/rng.c \
  %D%/text.h %D%/text.c \
  %D%/work.h %D%/work.c
