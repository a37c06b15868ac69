libhalfstep_a_SOURCES += \
  %D%/apply.h %D%/apply.c \
  %D%/bind.c \
  %D%/choose.c \
  %D%/combine.c \
  %D%/complain.h %D%/complain.c \
  %D%/config.h %D%/config.c \
  %D%/decode.h %D%/decode.c \
  %D%/echo.h %D%/echo.c \
  %D%/explain.c \
  %D%/inputs.h %D%/inputs.c \
  %D%/manifest.h %D%/manifest.c \
  %D%/past.c \
  %D%/pick.c \
  %D%/plan.h %D%/plan.c \
  %D%/put.h %D%/put.c \
  %D%/record.h %D%/record.c %D%/record_read.c \
  %D%/record_tables.c \
  %D%/record_rows.h %D%/record_rows.c \
  %D%/rewrite.c \
  %D%/run.h %D%/run.c \
  %D%/schema.h %D%/schema.c \
  %D%/spec.c \
  %D%/study.h %D%/study.c \
  %D%/value.c \
  %D%/yaml.h %D%/yaml.c
