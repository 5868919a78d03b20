"""Which Practice scene a prompt asks for, by its words; the seed decides when they say nothing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image

from flux_studio.providers.practice_drawing import palette
from flux_studio.providers.practice_drawing.bowl import bowl
from flux_studio.providers.practice_drawing.canvas import Stage, bloom, vignette
from flux_studio.providers.practice_drawing.city import architecture
from flux_studio.providers.practice_drawing.garden import garden
from flux_studio.providers.practice_drawing.landscape import landscape
from flux_studio.providers.practice_drawing.portrait import portrait
from flux_studio.providers.practice_drawing.poster import poster
from flux_studio.providers.practice_drawing.still import still_life

Scene = Callable[[Stage], Image.Image]

# The subject weighs 3; a word that only sets the place weighs 1.
_SUBJECTS: tuple[tuple[Scene, str], ...] = (
    (
        portrait,
        "portrait woman man girl boy person face model lady gentleman headshot selfie self "
        "people human child",
    ),
    (
        still_life,
        "bottle bottles vase vases jar jars perfume product still candle candles cup mug can "
        "cans plinth pedestal podium glass ceramic ceramics pottery cosmetic cosmetics "
        "skincare packaging sphere spheres lipstick whisky wine amphora fragrance serum "
        "packshot",
    ),
    (
        bowl,
        "soup cup mug tea ramen bowl noodles noodle salad coffee latte cappuccino "
        "espresso plate dish food meal pasta breakfast dessert fruit berries spaghetti pho udon",
    ),
    (
        garden,
        "flower flowers leaf leaves botanical plant plants fern monstera garden jungle rose "
        "dahlia blossom bouquet peony tulip sunflower daisy herb herbs floral palm",
    ),
    (
        architecture,
        "city skyline architecture building buildings skyscraper tower towers street arch "
        "arches corridor villa temple museum town downtown house interior stairs hall tokyo "
        "york paris",
    ),
    (
        poster,
        "poster abstract geometric bauhaus logo pattern circle circles triangle triangles "
        "square squares stripes typographic typography gradient shapes cover minimal graphic "
        "rothko cubist",
    ),
    (
        landscape,
        "hill hills mountain mountains sea ocean lake landscape valley forest lighthouse "
        "beach desert dune dunes island islands coast ridge ridges peaks cliff river field "
        "meadow canyon snow wave waves tree trees pine pines fox wolf deer bird birds",
    ),
)
_PLACES: tuple[tuple[Scene, str], ...] = (
    (landscape, "sky sun sunset sunrise moon fog mist misty horizon dusk dawn water storm stars"),
    (still_life, "ledge shelf table studio marble basalt label shadow rim"),
    (poster, "bold art key festival jazz flat"),
    (architecture, "window room night neon concrete"),
)
_FREE: tuple[Scene, ...] = (
    landscape, landscape, landscape, still_life, still_life, poster, garden, architecture,
)  # fmt: skip


def scene_for(words: list[str], rng: Random) -> Scene:
    """The scene with the heaviest words; of equals the one named first in the prompt."""
    best: Scene | None = None
    score = (0, 0)
    for scene, names in _SUBJECTS:
        subjects, places = set(names.split()), _places(scene)
        hits = [place for place, word in enumerate(words) if word in subjects]
        weight = 3 * len({words[hit] for hit in hits}) + sum(w in places for w in set(words))
        rank = (weight, -hits[0] if hits else -len(words))
        if weight and rank > score:
            best, score = scene, rank
    return best or rng.choice(_FREE)


def _places(scene: Scene) -> set[str]:
    return {word for known, names in _PLACES if known is scene for word in names.split()}


def stage_for(prompt: str, size: tuple[int, int], seed: int) -> Stage:
    """Colours, words and dice of a prompt and seed; the size (px) does not touch the dice."""
    words = palette.words(prompt)
    return Stage(
        width=size[0],
        height=size[1],
        palette=palette.choose(prompt, Random(f"colours|{seed}|{prompt}")),
        words=frozenset(words),
        prompt=prompt,
        rng=Random(f"scene|{seed}|{prompt}"),
    )


def compose(stage: Stage) -> Image.Image:
    """The scene of a stage, RGB at the size of the stage, with the look of a soft lens."""
    scene = scene_for(palette.words(stage.prompt), stage.rng)
    picture = scene(stage)
    flat = scene is poster
    return vignette(bloom(picture, 0.0 if flat else 0.22), 0.1 if flat else 0.26)
