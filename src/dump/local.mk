libhalfstep_a_SOURCES += %D%/dump.h
