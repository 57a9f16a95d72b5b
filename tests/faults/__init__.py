"""Faults made on purpose, and the figures they leave behind.

Each module measures one promise: a function ``(scale, seed) -> Figure``. The tests take small samples of them;
``python -m tests.faults --full`` takes the counts that are published.
"""
