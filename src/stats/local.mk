libhalfstep_a_SOURCES += %D%/stats.h
