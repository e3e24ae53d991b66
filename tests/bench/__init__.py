"""Speed, measured as ratios within one run: `make bench` writes RESULTS.md."""
