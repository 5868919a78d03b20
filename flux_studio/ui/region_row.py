"""Where a provider's requests go, for one that has several regions."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from flux_studio.providers.registry import ProviderRow
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl


class RegionRow(QWidget):
    """Signal: `region_chosen(str)`, the id of a region, '' for the provider's first one."""

    region_chosen = Signal(str)

    def __init__(self, row: ProviderRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = [region.id for region in row.regions]
        tip = self.tr("New requests go to {address}; jobs that run stay where they are")
        segments = [
            Segment(region.id, region.title, tip=tip.format(address=region.base))
            for region in row.regions
        ]
        name = self.tr("Region of {provider}").format(provider=row.title)
        self.regions = SegmentedControl(name, segments)
        self.regions.segment_chosen.connect(self.region_chosen)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE.s)
        line.addWidget(FieldLabel(self.tr("Region"), self.regions))
        line.addWidget(self.regions)
        line.addStretch(1)

    def show_region(self, region: str) -> None:
        """The region in use; one that is not known is shown as the first, which is used then."""
        self.regions.show_key(region if region in self._known else self._known[0])
