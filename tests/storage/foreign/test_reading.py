"""Settings of other programs, out of whole picture files."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

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


def graph_of(**changes: object) -> bytes:
    """The plain graph with other nodes in it, as a picture."""
    return png(prompt=json.dumps({**COMFYUI, **changes}))


def test_a_graph_that_puts_texts_and_sizes_together() -> None:
    found = read_settings(
        png(
            prompt=json.dumps(
                COMFYUI
                | {
                    "3": {"class_type": "KSampler",
                          "inputs": COMFYUI["3"]["inputs"] | {"seed": ["50", 0]}},
                    "5": {"class_type": "EmptyLatentImage",
                          "inputs": {"width": ["51", 0], "height": 384, "batch_size": 1}},
                    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["52", 0]}},
                    "50": {"class_type": "Seed (rgthree)", "inputs": {"seed": 99}},
                    "51": {"class_type": "PrimitiveInt", "inputs": {"value": 640}},
                    "52": {"class_type": "StringConcatenate",
                           "inputs": {"string_a": ["53", 0], "string_b": "in snow",
                                      "delimiter": ", "}},
                    "53": {"class_type": "Text Concatenate",
                           "inputs": {"delimiter": " ", "clean_whitespace": "true",
                                      "text_a": "a red", "text_b": ["54", 0]}},
                    "54": {"class_type": "PrimitiveStringMultiline", "inputs": {"value": "fox"}},
                }
            )
        )
    )  # fmt: skip
    assert found is not None
    assert found.prompt == "a red fox, in snow"
    assert (found.seed, found.size) == (99, Size(640, 384))


def test_texts_that_are_put_together_in_a_circle_end() -> None:
    joined = {"class_type": "StringConcatenate",
              "inputs": {"string_a": ["6", 0], "string_b": ["6", 0]}}  # fmt: skip
    found = read_settings(graph_of(**{"6": joined}))
    assert found is not None
    assert found.seed == SEED


def test_texts_that_are_wired_many_times_over_are_put_together_once() -> None:
    nodes: dict[str, object] = {
        str(n): {"class_type": "JoinStrings",
                 "inputs": {f"text_{k}": [str(n + 1), 0] for k in range(9)}}
        for n in range(100, 140)
    }  # fmt: skip
    nodes["6"] = {"class_type": "CLIPTextEncode", "inputs": {"text": ["100", 0]}}
    found = read_settings(graph_of(**nodes))  # 9 ** 12 walks would never end
    assert found is not None
    assert found.seed == SEED


def test_a_negative_side_that_is_thrown_away_says_nothing() -> None:
    zero = {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["6", 0]}}
    found = read_settings(graph_of(**{"7": zero}))
    assert found is not None
    assert (found.prompt, found.negative) == (PROMPT, "")


def test_a_graph_of_flux_2_with_a_reference() -> None:
    graph = COMFYUI_FLUX | {
        "27": {"class_type": "EmptyFlux2LatentImage", "inputs": {"width": 640, "height": 384}},
        "17": {"class_type": "Flux2Scheduler", "inputs": {"steps": 28, "width": 1, "height": 1}},
        "22": {"class_type": "BasicGuider",
               "inputs": {"model": ["12", 0], "conditioning": ["39", 0]}},
        "39": {"class_type": "ReferenceLatent",
               "inputs": {"conditioning": ["26", 0], "latent": ["44", 0]}},
        "44": {"class_type": "VAEEncode", "inputs": {"pixels": ["45", 0]}},
        "45": {"class_type": "LoadImage", "inputs": {"image": "sunset.png"}},
    }  # fmt: skip
    inside = {  # as in a subgraph: each number with that of the graph before it
        f"76:{number}": {
            "class_type": node["class_type"],
            "inputs": {
                name: [f"76:{value[0]}", value[1]] if isinstance(value, list) else value
                for name, value in node["inputs"].items()
            },
        }
        for number, node in graph.items()
    }
    for each in (graph, inside):
        found = read_settings(png(prompt=json.dumps(each)))
        assert found is not None
        assert (found.prompt, found.seed, found.size) == (PROMPT, SEED, Size(640, 384))
        assert (found.steps, found.guidance, found.model) == (28, 6.5, "dreamy_v2")


def test_a_service_in_a_graph_says_its_size() -> None:
    graph = {
        "1": {"class_type": "FluxProImageNode",
              "inputs": {"prompt": PROMPT, "seed": 7, "width": 1024, "height": 768}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    }  # fmt: skip
    found = read_settings(png(prompt=json.dumps(graph)))
    assert found is not None
    assert (found.prompt, found.size) == (PROMPT, Size(1024, 768))


def test_fooocus_in_the_words_of_a1111_is_fooocus() -> None:
    text = (
        "a fox\nNegative prompt: bad\nSteps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 77, Size:"
        ' 1152x896, CFG scale: 4.0, Sharpness: 2.0, ADM Guidance: "(1.5, 0.8, 0.3)", Model:'
        " juggernautXL_v8, Model hash: aeb7e9e689, Performance: Speed, Version: Fooocus v2.5.5"
    )
    found = read_settings(png(parameters=text, fooocus_scheme="a1111"))
    assert found is not None
    assert (found.program, found.model, found.seed) == ("Fooocus", "juggernautXL_v8", 77)


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_fooocus_writes_its_comment_into_the_first_directory(form: str) -> None:
    exif = Image.Exif()
    exif[0x9286], exif[0x927C] = json.dumps(FOOOCUS), "fooocus"
    out = BytesIO()
    Image.new("RGB", (64, 48)).save(out, form, exif=exif)
    found = read_settings(out.getvalue())
    assert found is not None
    assert (found.program, found.prompt, found.seed) == ("Fooocus", PROMPT, SEED)


def test_forge_says_the_scale_that_guides() -> None:
    text = "a fox\nSteps: 20, Sampler: Euler, CFG scale: {}, Distilled CFG Scale: 3.5, Seed: 42"
    for plain, wanted in (("1", 3.5), ("6", 6.0)):
        found = read_settings(png(parameters=text.format(plain)))
        assert found is not None
        assert found.guidance == wanted


def test_resources_of_civitai_are_one_value_and_name_the_model() -> None:
    text = (
        "a fox\nSteps: 20, CFG scale: 7, Seed: 42, Size: 832x1216, Civitai resources:"
        ' [{"type":"lora","modelName":"Grain"},{"type":"checkpoint","modelVersionId":691639,'
        '"modelName":"FLUX","modelVersionName":"Dev"}], Civitai metadata: {}'
    )
    found = read_settings(with_comment("JPEG", text, coding="utf-16-le"))
    assert found is not None
    assert (found.model, found.seed, found.size) == ("FLUX Dev", 42, Size(832, 1216))
    assert [name for name, _ in found.extras] == ["Civitai resources", "Civitai metadata"]


def test_characters_of_novelai_are_kept_beside_the_prompt() -> None:
    captions = [{"char_caption": "girl, red hair", "centers": []}, {"char_caption": ""}, 3]
    comment = NOVELAI | {"v4_prompt": {"caption": {"base_caption": "x", "char_captions": captions}}}
    found = read_settings(png(Software="NovelAI", Comment=json.dumps(comment)))
    assert found is not None
    assert found.prompt == PROMPT
    assert ("character 1", "girl, red hair") in found.extras


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
