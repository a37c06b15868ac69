TESTS += %D%/accuracy.sh %D%/charlm.sh %D%/export.sh %D%/train.sh %D%/own.sh %D%/verify.sh
EXTRA_DIST += %D%/accuracy.sh %D%/verify.sh %D%/export.sh %D%/export.py %D%/own.sh %D%/own_network.py %D%/train.sh %D%/charlm.sh
