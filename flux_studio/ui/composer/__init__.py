"""The composer: the left panel, in which a picture is described, sized, priced and ordered."""

from flux_studio.ui.composer.panel import ComposerPanel

__all__ = ["ComposerPanel"]
