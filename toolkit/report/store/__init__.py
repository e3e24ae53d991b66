"""The folder of reports: how each appears whole, is locked, kept, checked and found again."""
