"""How it looks: widgets that render the state and ask `Studio` for things; no decisions here.

`main_window` is the frame that is painted first, `furnishing` brings its panels one by one:
`composer` (left), `wall` and `viewer` (middle), `inspector` (right), the strips of jobs and money
(below) and the top bar. `looking` connects wall, viewer, `compare` and `lineage`; `rendering` shows
panels the newest state once a turn; `window_dialogs` opens everything else.

`tokens` has the measures and colours, `style` and `theme` put them in force, `restyling` while the
window lives; `phrases` has the words that several panels share; `widgets` the controls of our own.
Long work on the main thread goes through `steps`.
"""
