"""The made-up systems of the benchmarks, and how each tool reads them."""
