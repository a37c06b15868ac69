libhalfstep_a_SOURCES += %D%/record.h
