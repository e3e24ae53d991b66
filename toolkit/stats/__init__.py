"""Numbers in, `Interval` out: the statistics of the audits; knows no marketing."""
