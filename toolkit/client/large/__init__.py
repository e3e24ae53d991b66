"""Purchases too large for memory: a ledger of all accounts, and some accounts line by line."""
