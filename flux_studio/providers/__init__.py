"""Who makes a picture: one file a provider, all behind `contract.Provider`.

A provider turns a request into its own fields and its own replies into ours. Polling, retrying,
journalling, downloading and saving are written once, in the engine; the network is reached in one
way, `http`, over the one module that knows httpx, `wire`. `registry` has one row a provider; its
models are rows of `resources/models/<id>.toml`. Providers do not know each other.
"""
