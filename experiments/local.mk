# experiments, and the reference networks that they use
