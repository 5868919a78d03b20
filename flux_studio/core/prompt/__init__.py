"""The language of the prompt box: what is typed, and what of it is sent.

`tokens` finds its marks and `template` reads it; `template` expands variables; `style` puts a
template around a prompt; `names` keeps the names of references right. `json_text` reads JSON,
`structured` shows it as the fields of a form, and `structured_edits` changes one of them and no
other letter. All of it is pure.

- A line that begins with `//`, or with `#` and a space, is a comment: it is not sent. `#E0A030` is
  a colour anywhere, since a digit stands right behind its `#`.
- `{red|blue}` is a variable; alternatives may be empty and may hold variables themselves. `3::red`
  weighs three times as much when drawn. `{1-4}`, `{01-12}`, `{0-90:15}` and `{a-c}` are ranges.
  `{@metals}` or `__metals__` takes a line of the list file `metals.txt`.
- `{hue:=red|blue}` names its choice, and `{hue}` repeats it.
- Other braces are sent as they stand. `\\{`, `\\}` and, inside braces, `\\|` are never a variable,
  and `\\__` is never a list; the backslash is not sent.
- A prompt that is a JSON object is sent as JSON: variables work inside its strings, the braces of
  JSON itself are left alone. `\\\\{` is a brace there, since JSON knows no `\\{`.

Everything else is sent exactly as it was typed.
"""
