"""The structured prompt as a form: one row a field, subjects as cards, a palette of colours."""
