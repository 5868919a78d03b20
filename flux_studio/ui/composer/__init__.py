"""The composer: the left panel, in which a picture is described, sized, priced and ordered.

Nothing is imported here: the prompt box is on screen before the rest of the panel is loaded.
"""
