"""Where the shipped files are: icons, themes, models, translations, sample pictures.

They are read by path. A wheel and a frozen build carry them as `flux_studio/_resources`;
a checkout keeps them in `resources/` beside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_resources", _PACKAGE.parent / "resources")


def resource_path(name: str) -> Path:
    """The path of the shipped file or folder `name`, such as `"icons/lock.svg"`.

    Raises FileNotFoundError when it was not shipped, and ValueError for a name that
    would leave the resource folder.
    """
    parts = Path(name)
    if parts.is_absolute() or ".." in parts.parts:
        raise ValueError(f"not a resource name: {name!r}")
    for root in _ROOTS:
        path = root / parts
        if path.exists():
            return path
    raise FileNotFoundError(f"resource not shipped: {name}")
