"""When it happens: the asyncio runner that takes a job from the journal to the library, and the
QThread around it.

`planning` makes jobs of an order; a job waits in its provider's `line`, then `carrying` takes it
through `submitting` (planned to accepted, by the retry law), `following` (accepted to ready, by the
learned plan) and `delivering` (ready to saved). `book` writes each fact to the journal before
anything follows from it. `open_jobs` takes up those of earlier runs as `resuming` decides,
`rescuing` acts on what a person found out about an unknown one. `runner` is the door for all of it,
`thread` the door for the window.

The runner needs no Qt and knows storage only through the small protocols of `ports`.
"""
