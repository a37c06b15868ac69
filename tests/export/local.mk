TESTS += %D%/torch.sh %D%/onnx.sh %D%/arrays.sh %D%/install.sh %D%/memory.sh %D%/bad.sh
EXTRA_DIST += %D%/bad.sh %D%/bad_files.py %D%/install.sh %D%/memory.sh %D%/torch.sh %D%/onnx.sh %D%/arrays.sh %D%/torch_bad.py %D%/torch_networks.py %D%/onnx_network.py %D%/arrays.py
