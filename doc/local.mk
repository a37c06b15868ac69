# documentation
EXTRA_DIST += %D%/dump.md
