"""The rows of a batch with the steps that led to them. Rows are shared between steps."""

from __future__ import annotations

from flux_studio.core.batch.rows import Row

MOST_STEPS = 500

Rows = tuple[Row, ...]


class BatchHistory:
    """Present rows, and what can be taken back and done again."""

    def __init__(self) -> None:
        self.rows: Rows = ()
        self._before: list[Rows] = []
        self._after: list[Rows] = []

    def begin(self, rows: Rows) -> None:
        """Start with rows that nothing led to."""
        self.rows, self._before, self._after = rows, [], []

    def put(self, rows: Rows) -> bool:
        """Other rows; False when they are the same."""
        if rows == self.rows:
            return False
        self._before = [*self._before[-MOST_STEPS + 1 :], self.rows]
        self.rows, self._after = rows, []
        return True

    def undo(self) -> bool:
        """The rows before the last step; False when there is none."""
        if not self._before:
            return False
        self._after.append(self.rows)
        self.rows = self._before.pop()
        return True

    def redo(self) -> bool:
        """The step that was taken back last, again; False when there is none."""
        if not self._after:
            return False
        self._before.append(self.rows)
        self.rows = self._after.pop()
        return True

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)
