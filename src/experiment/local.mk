libhalfstep_a_SOURCES += \
  %D%/choose.c \
  %D%/complain.h %D%/complain.c \
  %D%/config.h %D%/config.c \
  %D%/decode.h %D%/decode.c \
  %D%/echo.h %D%/echo.c \
  %D%/explain.c \
  %D%/pick.c \
  %D%/plan.h %D%/plan.c \
  %D%/put.h %D%/put.c \
  %D%/record.h %D%/record.c \
  %D%/schema.h %D%/schema.c \
  %D%/spec.c \
  %D%/value.c \
  %D%/yaml.h %D%/yaml.c
