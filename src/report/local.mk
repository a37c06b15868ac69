# stored results -> tables, figures, HTML
libhalfstep_a_SOURCES += \
  %D%/compare.c \
  %D%/escape.c \
  %D%/notation.c \
  %D%/outcome.c \
  %D%/parts.c \
  %D%/put.c %D%/put.h \
  %D%/render.c \
  %D%/report.h \
  %D%/sheet.c %D%/sheet.h \
  %D%/store.c %D%/store.h \
  %D%/tables.h \
  %D%/trials.c \
  %D%/view.c %D%/view.h
