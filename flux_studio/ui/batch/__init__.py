"""The batch window: a table of rows, grids of two parameters, and one prompt on several models."""
