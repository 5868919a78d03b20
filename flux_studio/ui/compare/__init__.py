"""Compare: two to six pictures against each other, and what differs in how they were made."""

from flux_studio.ui.compare.panel import ComparePanel

__all__ = ["ComparePanel"]
