libhalfstep_a_SOURCES += \
  %D%/choose.c \
  %D%/complain.h %D%/complain.c \
  %D%/config.h %D%/config.c \
  %D%/decode.h %D%/decode.c \
  %D%/echo.h %D%/echo.c \
  %D%/explain.c \
  %D%/pick.c \
  %D%/record.h \
  %D%/schema.h %D%/schema.c \
  %D%/value.c \
  %D%/yaml.h %D%/yaml.c
