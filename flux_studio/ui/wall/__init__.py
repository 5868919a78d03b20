"""The wall: every picture and every running job, newest first."""

from flux_studio.ui.wall.panel import WallPanel

__all__ = ["WallPanel"]
