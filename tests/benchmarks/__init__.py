"""Benchmarks: each `bench_*` module runs by itself and prints a small table."""
