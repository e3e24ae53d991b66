"""Loaded by the server alone, from which keepers are forked: it adopts what a killed keeper leaves.

What a cell started without a trace would otherwise go to the system, and nobody would find it.
"""

import warnings

from toolkit.report.processes.system import adopt_orphans

# the server is surprised when one ends that it did not fork
warnings.filterwarnings("ignore", "forkserver: waitpid returned unexpected pid")
adopt_orphans()
