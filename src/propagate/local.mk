libhalfstep_a_SOURCES += %D%/spec.h %D%/trace.h %D%/walk.h
