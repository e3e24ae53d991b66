"""From client folders to pages to hand over: run, check, lay out, publish."""
