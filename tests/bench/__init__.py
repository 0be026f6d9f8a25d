"""Benchmarks on the real stack: `make bench` prints a table and writes var/bench.json."""
