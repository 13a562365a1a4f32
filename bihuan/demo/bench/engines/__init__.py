"""The engines that are timed, each as a good engineer would use it.

Each module has ``Engine(world)`` with a method for each query and ``canonical``,
which turns an answer, as Python got it, into rows that can be compared. For the
queries of following, ``follow`` makes ready, and ``seen`` brings in what was
committed since and returns what the last day's figure is.
"""
