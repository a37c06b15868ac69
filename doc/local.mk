# documentation
EXTRA_DIST += %D%/dump.md
EXTRA_DIST += %D%/strategies.md
