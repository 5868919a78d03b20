"""Lineage: the tree of edits that a picture belongs to."""

from flux_studio.ui.lineage.panel import LineagePanel

__all__ = ["LineagePanel"]
