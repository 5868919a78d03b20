"""Bringing in pictures from elsewhere: the dialog, the bar with its progress, and the drop."""
