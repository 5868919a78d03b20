"""Draw the samples of the starter templates on Practice, beside their files.

    python -m packaging.template_samples

Run it after a template was added or changed; the pictures are small JPEGs of our own.
"""

import io
import tomllib
from pathlib import Path

from PIL import Image

from flux_studio.core.prompt.reading import drawn, read_prompt
from flux_studio.core.prompt.style import PLACE
from flux_studio.providers.practice_drawing.art import draw
from flux_studio.resources import resource_path

DRAWN, SIDE = 768, 320  # px
QUALITY = 76


def main() -> None:
    """Write one JPEG a template and tell how large all of them are."""
    whole = 0
    for path in sorted(resource_path("templates").glob("*.toml")):
        target = path.parent / tomllib.loads(path.read_text(encoding="utf-8"))["sample"]
        target.write_bytes(sample(path))
        whole += target.stat().st_size
        print(f"{target.name}: {target.stat().st_size:,} bytes")
    print(f"all: {whole:,} bytes")


def sample(path: Path) -> bytes:
    """The picture that Practice makes of a template, `SIDE` px square."""
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    text = fields["prompt"].replace(PLACE, fields.get("sample_prompt", ""))
    seed = fields["sample_seed"]
    prompt = drawn(read_prompt(text), seed).prompt
    made = draw(prompt, DRAWN, DRAWN, seed, output_format="png")
    with Image.open(io.BytesIO(made.data), formats=("PNG",)) as picture:
        small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
