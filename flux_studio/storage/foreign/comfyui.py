"""ComfyUI: the graph of nodes that made the picture, as JSON in the PNG text `prompt`; in WebP in
EXIF, with the word "prompt:" before it.

Nobody says in the graph which prompt is the prompt. It is found from a sampler: along the wires of
its positive input to the first node that has text. Only the nodes of the graph are walked, each
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flux_studio.core.size import Size
from flux_studio.storage.foreign.found import (
    MOST_PROMPT,
    Found,
    prompt_from,
    scale_from,
    seed_from,
    size_from,
    whole_from,
    words_from,
)
from flux_studio.storage.foreign.json_text import json_object, table
from flux_studio.storage.foreign.texts import Texts

_MOST_NODES = 5_000
_TEXT_NAMES = (
    "text", "prompt", "string", "value", "positive", "t5xxl", "clip_l", "text_g", "wildcard_text",
)  # fmt: skip
_SEED_NAMES = ("seed", "noise_seed")
_GUIDANCE_NAMES = ("guidance", "cfg")
_JOINING = ("concat", "join")  # in the name of a node that puts texts together
_TEXTS = ("text", "string", "prompt")  # in the names of what it puts together
_BETWEEN = ("delimiter", "separator")
_NOTHING = "ConditioningZeroOut"  # throws away what is said before it
_NUMBER_NAMES = ("value", "int", "number", "width", "height")
_MOST_DEPTH = 12
_MODEL_NAMES = ("ckpt_name", "unet_name", "model_name", "model")
Node = Mapping[str, object]


def read(texts: Texts) -> Found | None:
    """The settings, None where no graph is to be found."""
    graph = json_object(texts.get("prompt")) or _in_exif(texts)
    if graph is None or len(graph) > _MOST_NODES:
        return None
    nodes = {name: node for name, each in graph.items() if "class_type" in (node := table(each))}
    return _Graph(nodes).settings() if nodes else None


def _in_exif(texts: Texts) -> Mapping[str, object] | None:
    for name in ("exif:Model", "exif:Make", "exif:ImageDescription", "exif:UserComment"):
        word, _, rest = texts.get(name, "").partition(":")
        if word.strip().lower() == "prompt":
            return json_object(rest)
    return None


class _Graph:
    """Nodes by their number; an input is a value, or `[number, output]`: a wire."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes

    def settings(self) -> Found | None:
        sampler = self._sampler()
        found = Found(
            "ComfyUI",
            prompt=prompt_from(self._prompt(sampler, "positive")),
            negative=prompt_from(self._prompt(sampler, "negative")),
            seed=seed_from(self._first_before(sampler, _SEED_NAMES)),
            size=self._size(sampler),
            model=words_from(self._first_before(sampler, _MODEL_NAMES)),
            steps=whole_from(self._first_before(sampler, ("steps",))),
            guidance=scale_from(self._first_before(sampler, _GUIDANCE_NAMES)),
            extras=self._extras(sampler),
        )
        return found if found.says_something else None

    def _sampler(self) -> Node:
        """The last node that samples: a picture may be made in several goes."""
        samplers = [n for n in self._nodes.values() if "Sampler" in words_from(n["class_type"])]
        wired = [n for n in samplers if {"positive", "guider"} & _inputs(n).keys()]
        return (wired or samplers or list(self._nodes.values()))[-1]

    def _before(self, node: Node, names: tuple[str, ...] = (), but: str = "") -> Iterator[Node]:
        """The nodes whose wires lead here, the nearest first: the first step only by inputs of
        these names, where some are given, and none by an input called `but`.
        """
        waiting = [wire for name, wire in _wires(node) if not names or name in names]
        seen = set(waiting)
        for number in waiting:  # grows while it is walked
            found = self._nodes.get(number)
            if found is None or words_from(found["class_type"]) == _NOTHING:
                continue
            yield found
            for name, wire in _wires(found):
                if wire not in seen and name != but:
                    seen.add(wire)
                    waiting.append(wire)

    def _prompt(self, sampler: Node, side: str) -> str:
        """The prompt of one side: that of the sampler, or of what guides it."""
        other = "negative" if side == "positive" else "positive"
        guides = (sampler, *self._before(sampler, ("guider",)))
        holder = next((node for node in guides if side in _inputs(node)), None)
        if holder is not None:
            return _own_text(holder, (side,)) or self._text_before(holder, (side,), other)
        if side == "negative":
            return ""
        return self._text_before(sampler, (), other) or self._longest_text()

    def _text_before(self, node: Node, names: tuple[str, ...], other: str) -> str:
        for each in self._before(node, names, other):
            text = self._joined(each, _MOST_DEPTH, set()) or _own_text(each, _TEXT_NAMES)
            if text:
                return text
        return ""

    def _joined(self, node: Node, depth: int, seen: set[str]) -> str:
        """What a node puts together of its texts and of those that are wired to it; '' for any
        other node. Each of them is walked once, however often it is wired.
        """
        kind, inputs = words_from(node["class_type"]).lower(), _inputs(node)
        if depth < 1 or "conditioning" in kind or not any(word in kind for word in _JOINING):
            return ""
        wired, parts = dict(_wires(node)), []
        for name, value in inputs.items():
            if not any(word in name.lower() for word in _TEXTS):
                continue
            wire = wired.get(name, "")
            source = None if wire in seen else self._nodes.get(wire)
            if source is not None:
                seen.add(wire)
                value = self._joined(source, depth - 1, seen) or _own_text(source, _TEXT_NAMES)
            parts += [value] if isinstance(value, str) and value else []
        found = (inputs[name] for name in _BETWEEN if isinstance(inputs.get(name), str))
        return str(next(found, "")).join(parts)[:MOST_PROMPT]

    def _longest_text(self) -> str:
        texts = (_own_text(node, ("text", "prompt")) for node in self._nodes.values())
        return max(texts, key=len, default="")

    def _first_before(self, sampler: Node, names: tuple[str, ...]) -> object:
        for node in (sampler, *self._before(sampler)):
            for name in names:
                value = _inputs(node).get(name)
                if isinstance(value, str | int | float) and not isinstance(value, bool):
                    return value
        return None

    def _size(self, sampler: Node) -> Size | None:
        for node in (sampler, *self._before(sampler)):
            inputs = _inputs(node)
            size = size_from(*(self._number(inputs.get(side)) for side in ("width", "height")))
            # A service's node asks for prompt and size at once.
            makes = "Latent" in words_from(node["class_type"]) or "prompt" in inputs
            if size is not None and makes:
                return size
        return None

    def _number(self, value: object) -> object:
        """A number that stands there, or in the node that is wired there."""
        if not isinstance(value, list):
            return value
        inputs = _inputs(self._nodes.get(words_from(value[0] if value else ""), {}))
        plain = (inputs.get(name) for name in _NUMBER_NAMES)
        return next((each for each in plain if isinstance(each, int | float)), None)

    def _extras(self, sampler: Node) -> tuple[tuple[str, str], ...]:
        wanted = {
            name: self._first_before(sampler, (name,)) for name in ("sampler_name", "scheduler")
        }
        return tuple((name, words) for name, each in wanted.items() if (words := words_from(each)))


def _inputs(node: Node) -> Mapping[str, object]:
    return table(node.get("inputs"))


def _own_text(node: Node, names: tuple[str, ...]) -> str:
    """The first text that stands in the node itself."""
    inputs = _inputs(node)
    texts = (inputs.get(name) for name in names)
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")


def _wires(node: Node) -> list[tuple[str, str]]:
    """The inputs of a node that other nodes feed: name, number of the node."""
    return [
        (name, value[0])
        for name, value in _inputs(node).items()
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)
    ]
