"""What several audits share: who is who, what roles weigh, how they are served, where money goes.

Everything uncertain is kept as bootstrap draws over accounts, so that any effect built on it can
be computed again from the same draws.
"""

from toolkit.quantities.facts import Facts

__all__ = ["Facts"]
