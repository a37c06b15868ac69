# real integer execution
libhalfstep_a_SOURCES += %D%/kernel.h %D%/kernel_body.h %D%/kernel_wide.h %D%/kernel_base.c %D%/kernel.c %D%/layer.h %D%/layer.c \
  %D%/beside.h %D%/beside.c %D%/whole.h %D%/whole.c
# The same loops with wider vectors: objects of their own, with flags of their own.
if X86_KERNELS
noinst_LIBRARIES += libhs_int_avx2.a libhs_int_avx512.a libhs_int_vnni.a
libhs_int_avx2_a_SOURCES = %D%/kernel_avx2.c
libhs_int_avx2_a_CFLAGS = $(AM_CFLAGS) -mavx2 -mfma -mf16c
libhs_int_avx512_a_SOURCES = %D%/kernel_avx512.c
libhs_int_avx512_a_CFLAGS = $(AM_CFLAGS) -mavx512f -mavx512bw -mavx512vl -mavx512dq
libhs_int_vnni_a_SOURCES = %D%/kernel_vnni.c
libhs_int_vnni_a_CFLAGS = $(AM_CFLAGS) -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni
libhalfstep_a_LIBADD += $(libhs_int_avx2_a_OBJECTS) $(libhs_int_avx512_a_OBJECTS) $(libhs_int_vnni_a_OBJECTS)
EXTRA_libhalfstep_a_DEPENDENCIES += $(libhs_int_avx2_a_OBJECTS) $(libhs_int_avx512_a_OBJECTS) $(libhs_int_vnni_a_OBJECTS)
endif
