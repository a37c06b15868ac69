TESTS += %D%/apply.sh
EXTRA_DIST += %D%/apply.sh %D%/apply.py
