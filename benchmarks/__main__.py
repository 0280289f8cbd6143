"""`python -m benchmarks` runs the comparison; the other measurements have commands of their own (README.md)."""

from benchmarks.run import main

main()
