"""When it happens: the asyncio runner that takes a job from the journal to the library, and the QThread around it.

The runner needs no Qt and knows storage only through the four small protocols of `ports`.
"""
