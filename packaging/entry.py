"""The frozen program's first module: it only calls the command line."""

from flux_studio.launch import main

if __name__ == "__main__":
    raise SystemExit(main())
