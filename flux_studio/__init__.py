"""Flux Studio: a desktop studio for pictures made with hosted FLUX.2 models.

The rooms, and what each answers:

- core: WHAT a picture is: request, size, cards, pricing, job, errors. Standard library only.
- providers: WHO makes it: the contract, the one way to the network, a file each.
- storage: WHERE it is kept: journal, library, originals, sidecars, thumbnails, settings, keychain.
- engine: WHEN it happens: the asyncio runner, and the one QThread that carries it.
- session: WHICH state we are in: Studio, the only place where state changes, and its desks.
- ui: HOW it looks: widgets that render state and ask for things.
- commands: the command line, one file a command; `app` builds the window.

Imports go one way: ui > session > engine | storage > providers > core.
"""

__version__ = "0.1.0"
