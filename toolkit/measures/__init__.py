"""What do several audits share? Every quantity they rest on, with its bootstrap draws.

Who pays and who uses, what each role weighs, how well it is served, where the money goes, who
comes back. `Facts` holds them for one client, each worked out when it is first asked for.
"""

from toolkit.measures.facts import Facts

__all__ = ["Facts"]
