"""The inspector: everything that is known of one picture, and what can be done with it."""

from flux_studio.ui.inspector.panel import Inspector

__all__ = ["Inspector"]
