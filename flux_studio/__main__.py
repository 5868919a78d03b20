"""`python -m flux_studio` is the same as `flux-studio`."""

from flux_studio.launch import main

if __name__ == "__main__":
    raise SystemExit(main())
