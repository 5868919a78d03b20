import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from flux_studio.storage.decode import Decoder

Encode = Callable[..., bytes]


@pytest.fixture(scope="session")
def encode() -> Encode:
    """A picture as file bytes: `encode("PNG", (64, 48))`, or an image of one's own."""

    def made(kind: str, picture: Image.Image | tuple[int, int] = (64, 48), **options) -> bytes:
        if isinstance(picture, tuple):
            picture = Image.linear_gradient("L").resize(picture).convert("RGB")
        buffer = io.BytesIO()
        picture.save(buffer, kind, **options)
        return buffer.getvalue()

    return made


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    """A decoder of its own, with patience for a loaded test machine."""
    with_child = Decoder(deadline_s=60.0)
    yield with_child
    with_child.close()
