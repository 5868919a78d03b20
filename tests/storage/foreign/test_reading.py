"""Settings of other programs, out of whole picture files."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_studio.core.size import Size
from flux_studio.storage.foreign.found import Found
from flux_studio.storage.foreign.reading import READERS, read_settings
from flux_studio.storage.foreign.texts import MOST_TEXT_BYTES, texts_of
from tests.storage.foreign.pictures import (
    A1111_TEXT,
    COMFYUI,
    COMFYUI_FLUX,
    DRAW_THINGS,
    FOOOCUS,
    INVOKEAI,
    NEGATIVE,
    NOVELAI,
    PROMPT,
    SEED,
    SWARMUI,
    draw_things_packet,
    png,
    with_comment,
    with_tag,
    xmp_png,
)

PICTURES = {
    "A1111 in PNG": ("A1111", png(parameters=A1111_TEXT)),
    "A1111 in a packed PNG text": ("A1111", png(parameters_packed=A1111_TEXT)),
    "A1111 in JPEG": ("A1111", with_comment("JPEG", A1111_TEXT)),
    "A1111 in JPEG, the other way round": (
        "A1111", with_comment("JPEG", A1111_TEXT, coding="utf-16-le"),
    ),
    "A1111 in WebP": ("A1111", with_comment("WEBP", A1111_TEXT)),
    "InvokeAI": ("InvokeAI", png(invokeai_metadata=json.dumps(INVOKEAI))),
    "SwarmUI in PNG": ("SwarmUI", png(parameters=json.dumps(SWARMUI))),
    "SwarmUI in JPEG": ("SwarmUI", with_comment("JPEG", json.dumps(SWARMUI))),
    "Fooocus in PNG": ("Fooocus", png(parameters=json.dumps(FOOOCUS), fooocus_scheme="fooocus")),
    "Fooocus in JPEG": (
        "Fooocus", with_comment("JPEG", json.dumps(FOOOCUS), b"\0" * 8, "utf-8"),
    ),
    "Draw Things": ("Draw Things", xmp_png(draw_things_packet(DRAW_THINGS))),
    "NovelAI": (
        "NovelAI",
        png(
            Software="NovelAI", Source="dreamy_v2", Description=PROMPT, Comment=json.dumps(NOVELAI)
        ),
    ),
    "ComfyUI in PNG": ("ComfyUI", png(prompt=json.dumps(COMFYUI), workflow="{}")),
    "ComfyUI in WebP": ("ComfyUI", with_tag("WEBP", 0x0110, "prompt:" + json.dumps(COMFYUI))),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_every_program_says_the_same_of_the_same_picture(name: str) -> None:
    program, data = PICTURES[name]
    found = read_settings(data)
    assert found is not None
    assert found.program == program
    assert found.prompt == PROMPT
    assert found.negative == NEGATIVE
    assert found.seed == SEED
    assert found.size == Size(640, 384)
    assert found.model == "dreamy_v2"
    assert found.steps == 28
    assert found.guidance == 6.5


def test_what_else_is_said_is_kept_short() -> None:
    found = read_settings(PICTURES["A1111 in PNG"][1])
    assert found is not None
    assert ("Lora hashes", "one: 11, two: 22") in found.extras
    assert ("Sampler", "DPM++ 2M") in found.extras
    assert "Seed" not in dict(found.extras)


def test_a_graph_with_a_guider_gives_its_one_prompt_and_no_negative() -> None:
    found = read_settings(png(prompt=json.dumps(COMFYUI_FLUX)))
    assert found is not None
    assert (found.prompt, found.negative, found.seed) == (PROMPT, "", SEED)
    assert (found.size, found.steps, found.guidance) == (Size(640, 384), 28, 6.5)
    assert found.model == "dreamy_v2"


def test_a_graph_without_a_sampler_gives_the_prompt_of_its_only_node() -> None:
    graph = {
        "1": {"class_type": "SomeServiceNode", "inputs": {"prompt": PROMPT, "seed": 7}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    }
    found = read_settings(png(prompt=json.dumps(graph)))
    assert found is not None
    assert (found.prompt, found.seed) == (PROMPT, 7)


def test_a_graph_that_runs_in_circles_ends() -> None:
    graph = {
        "1": {"class_type": "KSampler", "inputs": {"positive": ["2", 0], "seed": 5}},
        "2": {"class_type": "Reroute", "inputs": {"a": ["3", 0], "b": ["1", 0]}},
        "3": {"class_type": "Reroute", "inputs": {"a": ["2", 0], "b": ["99", 0]}},
    }
    found = read_settings(png(prompt=json.dumps(graph)))
    assert found == Found("ComfyUI", seed=5)


def test_the_older_text_of_invokeai() -> None:
    old = {
        "model_weights": "dreamy_v2",
        "image": {
            "prompt": [{"prompt": PROMPT, "weight": 1}],
            "seed": 9,
            "width": 64,
            "height": 48,
        },
    }
    found = read_settings(png(**{"sd-metadata": json.dumps(old)}))
    assert found == Found("InvokeAI", prompt=PROMPT, seed=9, size=Size(64, 48), model="dreamy_v2")


def test_a_prompt_without_settings_is_a_prompt() -> None:
    assert read_settings(png(parameters="a fox: red\nin snow")) == Found(
        "A1111", prompt="a fox: red\nin snow"
    )


def test_a_camera_says_nothing() -> None:
    assert read_settings(with_comment("JPEG", "Shot by Anna: 2024, at home")) is None
    assert read_settings(with_tag("JPEG", 0x010F, "Canon: EOS")) is None
    assert read_settings(png(Software="Adobe ImageReady", Comment="hello")) is None


@pytest.mark.parametrize("seed", [-1, 2**64, "x", "9" * 5000, 1.5, None, True, [1]])
def test_a_seed_that_is_none_is_left_out(seed: object) -> None:
    found = read_settings(png(invokeai_metadata=json.dumps({**INVOKEAI, "seed": seed})))
    assert found is not None
    assert found.seed is None
    assert found.prompt == PROMPT


def test_a_packed_text_is_unpacked_no_further_than_its_limit() -> None:
    bomb = png(parameters_packed="a" * (3 * MOST_TEXT_BYTES))
    assert len(bomb) < 100_000
    assert len(texts_of(bomb)["parameters"]) == MOST_TEXT_BYTES


def test_a_packet_that_could_expand_is_refused() -> None:
    packet = draw_things_packet(DRAW_THINGS)
    lol = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert read_settings(xmp_png(packet)) is not None
    assert texts_of(xmp_png(lol + packet)) == {}


def test_endless_nesting_and_endless_digits_are_nothing() -> None:
    assert read_settings(png(prompt="[" * 100_000)) is None
    assert read_settings(png(prompt='{"a":' * 100_000)) is None
    assert read_settings(png(invokeai_metadata='{"seed": ' + "9" * 100_000 + "}")) is None


def test_a_line_of_endless_pairs_is_cut() -> None:
    line = "Steps: 1, Seed: 2, " + '"a: "b, ' * 200_000
    found = read_settings(png(parameters="a fox\n" + line))
    assert found is not None
    assert (found.prompt, found.seed) == ("a fox", 2)
    assert len(found.extras) <= 24


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([INVOKEAI, SWARMUI["sui_image_params"], FOOOCUS, DRAW_THINGS, NOVELAI]),
    st.data(),
)
def test_values_of_a_wrong_kind_never_stop_a_reader(
    form: dict[str, object], data: st.DataObject
) -> None:
    broken = {name: data.draw(_VALUES) for name in form}
    text = json.dumps(broken)
    for texts in (
        {"invokeai_metadata": text},
        {"parameters": json.dumps({"sui_image_params": broken})},
        {"parameters": text},
        {"xmp:UserComment": text},
        {"Software": "NovelAI", "Comment": text},
        {"prompt": json.dumps({"1": {"class_type": "KSampler", "inputs": broken}})},
        {"prompt": json.dumps({"1": broken, "2": {"class_type": broken.get("seed"), "inputs": 3}})},
    ):
        for read in READERS:
            found = read(texts)
            assert found is None or found.says_something


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PICTURES)), st.data())
def test_damaged_files_are_read_without_an_error(name: str, data: st.DataObject) -> None:
    whole = bytearray(PICTURES[name][1])
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for each in (bytes(whole), bytes(whole[:cut])):
        texts = texts_of(each)
        for read in READERS:
            read(texts)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_behind_a_beginning_are_read_without_an_error(rest: bytes) -> None:
    for head in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1", b"RIFF\0\1\0\0WEBP"):
        for data in (head + rest, head + b"\0\x80Exif\0\0II*\0\x08\0\0\0" + rest):
            texts = texts_of(data)
            assert all(isinstance(text, str) for text in texts.values())
