"""Colours for the Practice drawings: read from HEX codes, colour words and mood words of a prompt.

Mixing happens in OKLab (Björn Ottosson, 2020), because straight lines between two sRGB colours turn
grey on the way. A colour is an sRGB triple of 0..255.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from random import Random

Rgb = tuple[int, int, int]
Lab = tuple[float, float, float]

_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![0-9a-zA-Z])")
_WORD = re.compile(r"[a-z]+")
_LIGHT_WORDS = frozenset(
    ["light", "lights", "rim", "sun", "moon", "glow", "lamp", "lantern", "highlight", "highlights"]
)
_SKY_WORDS = frozenset(
    ["sky", "background", "backdrop", "wall", "walls", "ground", "water", "sea", "fog", "haze"]
)


@dataclass(frozen=True, slots=True)
class Palette:
    """The roles of colour in one picture; `sky` runs from the top of the picture down."""

    sky: tuple[Rgb, Rgb, Rgb]
    light: Rgb
    far: Rgb
    near: Rgb
    accents: tuple[Rgb, Rgb, Rgb]


def rgb(code: str) -> Rgb:
    """The colour of `RRGGBB` or `RGB`, with or without a leading `#`."""
    digits = code.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> int:
    value = min(1.0, max(0.0, value))
    curve = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(curve * 255)


def lab(colour: Rgb) -> Lab:
    """OKLab lightness (0..1), a and b of a colour."""
    r, g, b = (_linear(channel) for channel in colour)
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_,
        1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_,
        0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_,
    )


def from_lab(value: Lab) -> Rgb:
    """The nearest sRGB colour of an OKLab triple; channels out of gamut are clipped."""
    light, a, b = value
    l_ = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encoded(4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_),
        _encoded(-1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_),
        _encoded(-0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_),
    )


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`share` 0 gives the first colour, 1 the second; the way between is even to the eye."""
    one, two = lab(first), lab(second)
    return from_lab(
        (
            one[0] + (two[0] - one[0]) * share,
            one[1] + (two[1] - one[1]) * share,
            one[2] + (two[2] - one[2]) * share,
        )
    )


def tuned(colour: Rgb, lightness: float = 0.0, chroma: float = 1.0, hue: float = 0.0) -> Rgb:
    """The colour with its lightness moved, its chroma multiplied and its hue turned (degrees)."""
    light, a, b = lab(colour)
    size = math.hypot(a, b) * chroma
    angle = math.atan2(b, a) + math.radians(hue)
    light = min(0.985, max(0.06, light + lightness))
    return from_lab((light, size * math.cos(angle), size * math.sin(angle)))


def lightness(colour: Rgb) -> float:
    """How light a colour looks, 0 (black) to 1 (white)."""
    return lab(colour)[0]


def _set(codes: str) -> Palette:
    c = [rgb(code) for code in codes.split()]
    return Palette((c[0], c[1], c[2]), c[3], c[4], c[5], (c[6], c[7], c[8]))


# Sky from the top down (3), light, far mass, near mass, accents (3).
CURATED: tuple[Palette, ...] = (
    _set("D6465F EC7A50 F7B54E FFF0B4 B5445C 2A1838 4A2368 C43F5B E6A42E"),
    _set("75658C A68CA6 DCC2AA F6E8C4 7C6490 262133 38344A 7A6289 BF9F92"),
    _set("23658C 66ABC0 BFE2DF FBF1CE 2C7894 0A2133 0F2F4C 2C7DA6 C4E8E4"),
    _set("2B6A55 78B088 CDE3B2 FAF4CA 377A60 0D261D 12403A 2C8862 D9E8B6"),
    _set("B08C7B D4AE97 EDD4BE FFF1DE A07A6B 33262A 49333F 946B62 E0BC9F"),
    _set("3F3468 B84A70 F3A35C FFE9B0 7A3E74 1B1534 2C2A63 C2496C F0A04B"),
    _set("B9C7CE DCE0DC F4E7D4 FFF8EA 8CA0AA 22303A 2C4858 C9603F E7B968"),
    _set("123A4A 2F7A7E E3B27C FFE7BE 2A6A70 08202B 0D4250 C8743F EBC48E"),
    _set("EFB7A2 F5D0B5 FBE9D0 FFF9EC C9857C 40273C 5A3558 D96C5F F2B36B"),
    _set("1B2A5A 4C5FA0 C7A3C4 FBEBD8 46558F 0D1330 1E2E6E 8A6BB0 EFB8A8"),
    _set("EBDFCB F1E7D6 F7F0E4 FFFBF2 B9A68E 26221F 27302F C8432F D9A441"),
    _set("4D6B3C A3A95A EBD38A FFF6CC 62783F 1C2714 2F4A2A B4652F E8C25A"),
    _set("0F4C5C 5F8F8B F0C9A0 FFF2DA 3C6E71 10222B 9A031E E36414 FB8B24"),
    _set("584B73 C78BA0 F8CDB2 FFF3DF 80608C 231A36 413063 B25D86 F4B79B"),
)

_NIGHT = (
    _set("070C22 14234A 3F4C7C F6EFD4 22315C 04081A 16284F 52639C F2C46A"),
    _set("0A0F1E 1B2C3E 4B6470 FDF3D8 263C4C 050A12 173244 4E7888 F0B45C"),
    _set("120B2A 2C1E55 73548C FBE9D6 3A2A66 090518 2A1C58 8A5C9E F5A86A"),
)

_MOODS: dict[str, Palette] = {
    "dusk": _set("37305F 98507E F0A06A FFE6B4 694076 18132E 2B2759 B5507A F2A653"),
    "dawn": _set("7C8FB8 E2B3B6 FBDDB9 FFF6DE 8B87AC 2B2A47 4B5188 D98A8C F6C58E"),
    "warm": _set("D9663F F09A4E FBCB78 FFF3C8 B5533C 34182A 5B2440 CC5238 EFAE3E"),
    "cold": _set("5F86A3 9FC0CF DEEBEC FFFFFF 6C92AB 14293B 1D4262 5A93B4 DCEBF0"),
    "misty": _set("A9B4B8 C5CBC9 DEDCD3 FBF4E4 95A3A8 37444B 4A5C65 8FA09F D5B68A"),
}

_MOOD_OF = {
    "sunset dusk evening twilight": "dusk",
    "dawn sunrise morning": "dawn",
    "warm warmer summer golden desert autumn cosy cozy": "warm",
    "cold colder cool cooler winter ice icy snow frozen arctic": "cold",
    "mist misty fog foggy haze hazy cloud cloudy rain": "misty",
}
_MOOD_WORDS = {word: mood for words, mood in _MOOD_OF.items() for word in words.split()}
NIGHT_WORDS = frozenset(
    ["night", "midnight", "moon", "moonlit", "moonlight", "stars", "starry", "nocturne"]
)
GREY_WORDS = frozenset(["monochrome", "grayscale", "greyscale", "noir"])

COLOUR_WORDS = {
    name: rgb(code)
    for name, code in (
        item.split(":")
        for item in [
            "red:C8352E",
            "crimson:B01E3C",
            "scarlet:D9301F",
            "orange:E8792B",
            "amber:E8A12B",
            "gold:D9A520",
            "golden:DDA73A",
            "yellow:EFC437",
            "lime:A7C93B",
            "green:3C8C54",
            "emerald:158A63",
            "olive:7C8040",
            "teal:1F8088",
            "turquoise:35B3AE",
            "cyan:3FB7CC",
            "blue:2F6BB8",
            "azure:3E8FD6",
            "navy:1D2F5E",
            "indigo:3D3A8C",
            "violet:7450A8",
            "purple:74428F",
            "lavender:A592C4",
            "lilac:B79CC8",
            "pink:E58AA6",
            "magenta:C0357F",
            "rose:D4718A",
            "coral:EE7A61",
            "peach:F4B18C",
            "brown:7C5238",
            "copper:B4683C",
            "terracotta:C4643F",
            "ochre:C98F35",
            "beige:D8C4A4",
            "sand:DCC397",
            "cream:F2E6CC",
            "ivory:F3ECDC",
            "sage:9BB08C",
            "mint:9FD6BA",
            "burgundy:6E1C33",
            "plum:5F2F57",
            "sepia:8A6544",
        ]
    )
}
_GREY = _set("8E8E8E B4B4B4 DADADA FAFAFA 8A8A8A 161616 2B2B2B 7A7A7A D0D0D0")


def words(prompt: str) -> list[str]:
    """The lower-case words of a prompt in order, with HEX codes taken out."""
    return _WORD.findall(_HEX.sub(" ", prompt).lower())


@dataclass(frozen=True, slots=True)
class NamedColours:
    """The HEX codes of a prompt by the part they play in the sentence."""

    sky: tuple[Rgb, ...]
    light: tuple[Rgb, ...]
    plain: tuple[Rgb, ...]

    @property
    def every(self) -> tuple[Rgb, ...]:
        """All of them; the one that rules the picture comes first."""
        return self.sky + self.plain + self.light


def named_colours(prompt: str) -> NamedColours:
    """HEX codes, told apart by the words around: `rim light in #F2B84B`, `#C2536B sky`."""
    found: dict[str, list[Rgb]] = {"sky": [], "light": [], "plain": []}
    for match in _HEX.finditer(prompt):
        clause = re.split(r"[,.;#]", prompt[: match.start()])[-1]
        before = _WORD.findall(clause.lower())[-3:]
        after = _WORD.findall(re.split(r"[,.;#]", prompt[match.end() :])[0].lower())[:1]
        near = set(after) or set(before)
        role = "light" if near & _LIGHT_WORDS else "sky" if near & _SKY_WORDS else "plain"
        if role == "plain" and set(before) & _LIGHT_WORDS:
            role = "light"
        found[role].append(rgb(match[1]))
    return NamedColours(tuple(found["sky"]), tuple(found["light"]), tuple(found["plain"]))


def around(base: Rgb) -> Palette:
    """A palette whose middle is `base`: neighbours in hue, a pale light and a deep dark."""
    level, a, b = lab(base)
    grey = math.hypot(a, b) < 0.02
    turn = 0 if grey else 1
    lift = 0.16 if level < 0.75 else max(0.03, 0.93 - level)
    light = mix(tuned(base, 0.97 - level, 0.35), (255, 255, 255) if grey else (255, 238, 190), 0.6)
    other = tuned(base, 0.62 - level if level < 0.5 else -0.1, 0.8, 150 * turn)
    return Palette(
        sky=(
            tuned(base, -0.11, 1.0, -22 * turn),
            base,
            tuned(base, lift, 0.85, 24 * turn),
        ),
        light=light,
        far=tuned(base, -0.10, 0.92, -8 * turn),
        near=tuned(base, 0.19 - level, 0.45, -26 * turn),
        accents=(tuned(base, -0.22, 1.0, -20 * turn), other, tuned(light, -0.06, 1.6)),
    )


def _from_colours(colours: tuple[Rgb, ...]) -> Palette:
    palette = around(colours[0])
    if len(colours) == 1:
        return palette
    dark, pale = min(colours, key=lightness), max(colours, key=lightness)
    accents = (*colours[1:], *palette.accents)[:3]
    if len(colours) > 2:
        accents = (colours[1], colours[2], colours[0])
    palette = replace(palette, accents=(accents[0], accents[1], accents[2]))
    if lightness(dark) < 0.42:
        near = tuned(dark, min(0.0, 0.24 - lightness(dark)), 0.9)
        palette = replace(palette, near=near, far=mix(colours[0], dark, 0.45))
    if lightness(pale) > 0.85:
        palette = replace(palette, light=pale)
    return palette


def _tinted(palette: Palette, tint: Rgb, share: float) -> Palette:
    def to(colour: Rgb) -> Rgb:
        return mix(colour, tint, share)

    sky = (to(palette.sky[0]), to(palette.sky[1]), to(palette.sky[2]))
    accents = (to(palette.accents[0]), to(palette.accents[1]), to(palette.accents[2]))
    return Palette(sky, palette.light, to(palette.far), palette.near, accents)


def _darkened(palette: Palette) -> Palette:
    top, middle, low = palette.sky
    deep = tuned(middle, -0.34, 0.7)
    return replace(
        palette,
        sky=(tuned(top, -0.38, 0.7), deep, tuned(low, -0.34, 0.8)),
        far=tuned(palette.far, -0.2, 0.8),
        near=tuned(palette.near, -0.06),
    )


def _with_mood(palette: Palette, found: list[str]) -> Palette:
    moods = {_MOOD_WORDS[word] for word in found if word in _MOOD_WORDS}
    if "warm" in moods:
        palette = _tinted(palette, (244, 160, 74), 0.14)
    if "cold" in moods:
        palette = _tinted(palette, (120, 170, 205), 0.18)
    if "misty" in moods:
        palette = _tinted(palette, tuned(palette.sky[2], 0.05, 0.5), 0.22)
    return palette


def _from_words(found: list[str], rng: Random) -> Palette | None:
    named = tuple(COLOUR_WORDS[word] for word in found if word in COLOUR_WORDS)
    night = any(word in NIGHT_WORDS for word in found)
    if any(word in GREY_WORDS for word in found) or {"black", "white"} <= set(found):
        return _darkened(_GREY) if night else _GREY
    if named:
        palette = _with_mood(_from_colours(named), found)
        return _darkened(palette) if night else palette
    if night:
        return rng.choice(_NIGHT)
    moods = [_MOOD_WORDS[word] for word in found if word in _MOOD_WORDS]
    if moods:
        return _with_mood(_varied(_MOODS[moods[0]], rng), found[found.index(_first(found)) + 1 :])
    return None


def _first(found: list[str]) -> str:
    return next(word for word in found if word in _MOOD_WORDS)


def _varied(palette: Palette, rng: Random) -> Palette:
    """The same mood a few degrees further round, so that seeds differ in colour too."""
    turn = rng.uniform(-16, 16)

    def to(colour: Rgb) -> Rgb:
        return tuned(colour, 0.0, 1.0, turn)

    sky = (to(palette.sky[0]), to(palette.sky[1]), to(palette.sky[2]))
    accents = (to(palette.accents[0]), to(palette.accents[1]), to(palette.accents[2]))
    return Palette(sky, palette.light, to(palette.far), to(palette.near), accents)


def choose(prompt: str, rng: Random) -> Palette:
    """The palette of a prompt: HEX codes first, then words, else a curated set by the seed."""
    codes, found = named_colours(prompt), words(prompt)
    ruling = codes.sky + codes.plain
    if ruling:
        palette = _with_mood(_from_colours(ruling), found)
        if any(word in NIGHT_WORDS for word in found) and not codes.sky:
            palette = _darkened(palette)
    else:
        palette = _from_words(found, rng) or rng.choice(CURATED)
    if codes.light:
        shine = codes.light[0]
        accents = (palette.accents[0], palette.accents[1], shine)
        palette = replace(palette, light=tuned(shine, 0.06), accents=accents)
    return palette
