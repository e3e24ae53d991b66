"""What a reader sees: the page of one client, the page over all, and the report as a PDF."""
