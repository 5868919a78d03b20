"""What the practice provider draws: deterministic scenes from a prompt, a seed and a size, with
Pillow alone.

`art.draw` is the way in. `scenes` chooses a scene by the words of the prompt, `palette` its
colours; `canvas` has the brushes; one module a family of scenes; `edit` transforms references;
`mark` signs the picture honestly.
"""
