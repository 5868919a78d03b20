"""The command palette: everything the studio can do, found by a few letters."""
