"""What moved since the audit before? Two findings.json in, the changes out."""
