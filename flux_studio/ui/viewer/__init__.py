"""The viewer: one picture as large as there is room, and every pixel of it."""

from flux_studio.ui.viewer.panel import ViewerPanel

__all__ = ["ViewerPanel"]
