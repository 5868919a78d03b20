"""The wall: every picture and every running job, newest first.

`listing` asks the library for a `catalogue`, divided by `grouping`, and `gallery_model` offers it
to Qt. The view has layers: `justified` says where each picture stands, `justified_view` is a list
view with that geometry, `selecting` and `pointing` are the hand, and `wall_view` paints, with
`cell_painting`, `badges` and `card_painting`. `in_view` asks `thumbnails` for what is seen. What is
done to pictures are deeds: of marks, of recall and orders, of ways out, of many at once (`bulk`).
`panel` puts all of it together with the header and the bulk bar.
"""

from flux_studio.ui.wall.panel import WallPanel

__all__ = ["WallPanel"]
