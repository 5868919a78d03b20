import io
import json

import pytest

from flux_studio.storage.decode_frames import FrameError, read_frame, write_frame


def frame(header: object, *blobs: bytes) -> io.BytesIO:
    text = json.dumps(header).encode()
    return io.BytesIO(len(text).to_bytes(4, "big") + text + b"".join(blobs))


def test_what_is_written_is_read_again_message_after_message() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, {"do": "x"}, [b"one", b"", b"three"])
    write_frame(pipe, {"do": "y"}, [])
    pipe.seek(0)
    assert read_frame(pipe, 100) == ({"do": "x", "sizes": [3, 0, 5]}, [b"one", b"", b"three"])
    assert read_frame(pipe, 100) == ({"do": "y", "sizes": []}, [])
    assert read_frame(pipe, 100) is None


@pytest.mark.parametrize(
    "stream",
    [
        io.BytesIO(b"\0\0"),
        io.BytesIO(b"\xff\xff\xff\xff"),
        io.BytesIO(b"\0\0\0\x05{}"),
        io.BytesIO(b"\0\0\0\x03{x}"),
        io.BytesIO((9000).to_bytes(4, "big") + b"[" * 9000),
        frame([1]),
        frame({}),
        frame({"sizes": "3"}),
        frame({"sizes": [-1]}),
        frame({"sizes": [True]}, b"x"),
        frame({"sizes": [1.0]}, b"x"),
        frame({"sizes": [4]}, b"abc"),
        frame({"sizes": [60, 60]}, b"x" * 120),
        frame({"sizes": [10**30]}),
        frame({"sizes": [0] * 9}),
    ],
)
def test_anything_else_is_refused(stream: io.BytesIO) -> None:
    with pytest.raises(FrameError):
        read_frame(stream, 100)
