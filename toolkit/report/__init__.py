"""From client folders to pages to hand over: run, check, lay out, publish."""

from toolkit.report.seal import digest, record

__all__ = ["digest", "record"]
