TESTS += %D%/torch.sh %D%/onnx.sh %D%/arrays.sh
EXTRA_DIST += %D%/torch.sh %D%/onnx.sh %D%/arrays.sh %D%/torch_networks.py %D%/onnx_network.py %D%/arrays.py
