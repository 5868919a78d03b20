"""References beyond their slots: the shelf, the part that is sent, and what is sent of each."""
