"""Batches: a table of pictures to be made, each row a draft of its own.

`text` reads and writes what spreadsheets copy; `rows` are the table; `cells` turns one cell into a
value; `checking` makes drafts and orders of rows, with the problem at its cell; `grid` makes rows
of two parameters. All of it is pure. An empty cell is as in the form, the number of pictures 1.
"""
