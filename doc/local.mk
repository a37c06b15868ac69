# documentation
EXTRA_DIST += %D%/dump.md
EXTRA_DIST += %D%/export.md
EXTRA_DIST += %D%/strategies.md
