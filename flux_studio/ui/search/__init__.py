"""Finding pictures: the search field with its completion, what is active, and the shelf."""
