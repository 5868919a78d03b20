"""When it happens: the asyncio runner that takes a job from journal to library, and its QThread.

The runner needs no Qt and knows storage only through the four small protocols of `ports`.
"""
