libhalfstep_a_SOURCES += \
  %D%/activation.c \
  %D%/archive.h %D%/archive.c \
  %D%/data.h %D%/data.c \
  %D%/dump.h \
  %D%/given.h %D%/given.c \
  %D%/guard.h %D%/guard.c \
  %D%/h5.h %D%/h5.c \
  %D%/h5_attr.c \
  %D%/h5_set.c %D%/h5_source.c \
  %D%/keras.h \
  %D%/keras_activation.c \
  %D%/keras_archive.c \
  %D%/keras_attention.c \
  %D%/keras_conv.c \
  %D%/keras_core.c \
  %D%/keras_graph.c \
  %D%/keras_lookup.c \
  %D%/keras_model.c \
  %D%/keras_norm.c \
  %D%/keras_option.c \
  %D%/keras_parts.h \
  %D%/keras_scale.c \
  %D%/keras_transpose.c \
  %D%/keras_use.h \
  %D%/keras_pool.c \
  %D%/keras_read.c \
  %D%/keras_recurrent.c \
  %D%/keras_resize.c \
  %D%/keras_weights.c \
  %D%/keras_wrapper.c \
  %D%/list.c \
  %D%/port.c \
  %D%/put.h %D%/put.c \
  %D%/read.h %D%/read.c \
  %D%/recorded.h %D%/recorded.c \
  %D%/rows.h %D%/rows.c \
  %D%/schema_read.c \
  %D%/schema_write.c \
  %D%/split.c \
  %D%/summary.h %D%/summary.c \
  %D%/stream.h %D%/stream.c \
  %D%/type.h %D%/type.c \
  %D%/write.h %D%/write.c
