"""Do verdicts hold their error rates? Clients of known truth, judged by the thousand.

`make calibrate` writes RESULTS.md; a seeded selection of its cells runs in the tests.
"""
