"""A real browser on this machine, for pages that are only right when they are seen."""
