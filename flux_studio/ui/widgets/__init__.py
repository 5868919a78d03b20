"""Small shared widgets that every panel is made of: one file each."""
