"""The language of variables: what it reads, how much it counts, and what it never alters."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.prompt.parts import Expansion
from flux_studio.core.prompt.reading import (
    ExpansionMode,
    count,
    drawn,
    has_variables,
    is_as_typed,
    longest,
    ordered,
    read_prompt,
    shortest,
)
from flux_studio.core.prompt.style import Style
from flux_studio.core.prompt.template import WordLists, read_template

LISTS = WordLists({"metals": ("gold", 'silver "925"'), "no-lines": ()})


def texts(typed: str) -> list[str]:
    template = read_template(typed, LISTS)
    assert not template.faults
    return [ordered(template, number).prompt for number in range(count(template))]


def fault(typed: str) -> str:
    first = read_template(typed, LISTS).faults[0]
    return first.text.format(**dict(first.values))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("a {red|blue} chair", ["a red chair", "a blue chair"]),
        ("{a|b}{1-2}", ["a1", "a2", "b1", "b2"]),
        ("{08-10}", ["08", "09", "10"]),
        ("{0-90:45}°", ["0°", "45°", "90°"]),
        ("{3-1}", ["3", "2", "1"]),
        ("{c-a} {A-B}", ["c A", "c B", "b A", "b B", "a A", "a B"]),
        ("{red|blue {dark|pale}}", ["red", "blue dark", "blue pale"]),
        ("{2.5::red|blue}", ["red", "blue"]),
        ("a fox{ in a hat|}", ["a fox in a hat", "a fox"]),
        ("{hue:=red|blue} on {hue}", ["red on red", "blue on blue"]),
        ("{@metals}", ["gold", 'silver "925"']),
        ("__metals__!", ["gold!", 'silver "925"!']),
        ("{m:=@metals}/{m}", ["gold/gold", 'silver "925"/silver "925"']),
    ],
)
def test_variables_give_all_combinations_the_last_one_first(typed, expected):
    assert texts(typed) == expected
    template = read_template(typed, LISTS)
    assert longest(template) == max(expected, key=len)
    assert len(shortest(template)) == min(map(len, expected))


@pytest.mark.parametrize(
    "typed",
    [
        "a {word} b",
        "{}",
        "css { color: red }",
        "a | b",
        "}",
        "f{x}(y)",
        "C:\\new\\|",
        "____",
        "{hue}",
    ],
)
def test_braces_that_hold_no_choice_are_sent_as_they_stand(typed):
    template = read_template(typed)
    assert is_as_typed(template, typed)
    assert texts(typed) == [typed]


def test_escapes_are_never_variables_and_lose_their_backslash():
    assert texts(r"\{a|b\} {x\|y|z} \__metals__") == ["{a|b} x|y __metals__", "{a|b} z __metals__"]


def test_comments_are_not_sent_wherever_they_stand():
    assert texts("// top\na\n  # middle {x|y}\n#fff b\n// end") == ["a\n#fff b"]
    assert texts("{a|\n// not this\nb}") == ["a", "\nb"]
    assert texts("# only") == [""]


def test_choices_are_told_by_name_list_or_alternatives():
    template = read_template("{hue:=red|blue} {@metals} {big|small {old|new}} {1-3}", LISTS)
    assert ordered(template, count(template) - 1) == Expansion(
        'blue silver "925" small new 3',
        (
            ("hue", "blue"),
            ("@metals", 'silver "925"'),
            ("big|small {old|new}", "small new"),
            ("old|new", "new"),
            ("1-3", "3"),
        ),
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a\n{red|blue", "The brace in line 2, column 1 is not closed."),
        ("{a{b|c}", "The brace in line 1, column 1 is not closed."),
        ("{" * 7 + "a|b" + "}" * 7, "The braces in line 1, column 7 are nested too deep."),
        ("x {@nope}", "There is no list nope, which line 1, column 3 asks for."),
        ("x __nope__", "There is no list nope, which line 1, column 3 asks for."),
        ("{@no-lines}", "The list no-lines has no lines."),
        ("{1-99999}", "The range in line 1, column 1 has more than 1000 numbers."),
        ("{a|{x:=b|c}}", "x in line 1, column 4 stands inside other braces"),
        ('{"scene": "fox"', "Line 1, column 16: the JSON breaks off, } is missing."),
        ('# note\n{"scene": fox}', "Line 2, column 11: a value is expected; text stands"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(typed, words):
    assert words in fault(typed)


def test_a_thousand_open_braces_take_no_time_and_no_stack():
    assert read_template("{" * 5000).faults
    assert read_template("{a|" * 5000).faults


def test_json_keeps_its_braces_and_its_strings_have_variables():
    typed = '{"scene": "{red|blue} {@metals}", "text": "\\\\{a|b\\\\}", "camera": {"angle": 3}}'
    template = read_template(typed, LISTS)
    assert template.is_json
    sent = [json.loads(ordered(template, n).prompt) for n in range(count(template))]
    assert [each["scene"] for each in sent] == [
        "red gold",
        'red silver "925"',
        "blue gold",
        'blue silver "925"',
    ]
    assert sent[0]["text"] == "{a|b}"
    assert sent[0]["camera"] == {"angle": 3}


def test_json_without_variables_is_sent_byte_for_byte():
    typed = '{\n  "scene": "a fox",  "color_palette": ["#E0A030"]\n}'
    assert is_as_typed(read_template(typed), typed)


def test_a_style_stands_around_the_prompt_and_may_vary_itself():
    style = Style("Stone", "{prompt}, {front|top} view")
    template = read_prompt("a {red|blue} cup\n// note", style)
    assert [ordered(template, n).prompt for n in range(4)] == [
        "a red cup, front view",
        "a red cup, top view",
        "a blue cup, front view",
        "a blue cup, top view",
    ]
    off = read_prompt("a {red|blue} cup", style, ExpansionMode.OFF)
    assert ordered(off, 0).prompt == "a {red|blue} cup, {front|top} view"
    assert not has_variables(off)


def test_a_style_that_cannot_be_used_is_a_fault_and_json_goes_without():
    inside = read_prompt("a cup", Style("Odd", "{photo of {prompt}|drawing}"))
    assert "Odd" in dict(inside.faults[0].values).values()
    broken = read_prompt("a cup", Style("Open", "{prompt} {a|b"))
    assert "not closed" in dict(broken.faults[0].values)["why"]
    assert ordered(read_prompt('{"a": "b"}', Style("S", "x {prompt}")), 0).prompt == '{"a": "b"}'


def test_a_draw_is_the_same_for_ever():
    template = read_template("{a|b|c|d|e|f|g|h} {1-1000}")
    assert [drawn(template, seed).prompt for seed in (0, 1, 2**31 - 1)] == DRAWN


DRAWN = ["c 662", "a 146", "f 274"]


def test_a_draw_follows_the_weights():
    template = read_template("{9::red|blue|0::green}")
    seen = [drawn(template, seed).prompt for seed in range(2000)]
    assert 1700 < seen.count("red") < 1900
    assert "green" not in seen
    assert {drawn(read_template("{0::a|0::b}"), seed).prompt for seed in range(50)} == {"a", "b"}


def test_counting_builds_nothing():
    template = read_template("{1-1000}" * 40)
    assert count(template) == 1000**40
    assert ordered(template, 1000**40 - 1).prompt == "1000" * 40


WORDS = st.text("ab ,.\n'é🦊", max_size=6)
TREES = st.recursive(
    WORDS,
    lambda inner: st.lists(st.lists(inner, max_size=3), min_size=2, max_size=3).map(tuple),
    max_leaves=12,
)


def spelled(tree) -> str:
    if isinstance(tree, str):
        return tree
    return "{" + "|".join("".join(map(spelled, option)) for option in tree) + "}"


def meant(tree) -> list[str]:
    """All expansions of a tree, by brute force."""
    if isinstance(tree, str):
        return [tree]
    return [text for option in tree for text in all_of(option)]


def all_of(trees) -> list[str]:
    return ["".join(parts) for parts in product(*map(meant, trees))]


@given(st.lists(TREES, max_size=3))
def test_expansions_are_what_brute_force_gives(trees):
    typed = "".join(map(spelled, trees))
    expected = all_of(trees)
    template = read_template(typed)
    if template.faults:  # nested deeper than allowed
        return
    assert count(template) == len(expected)
    assert [ordered(template, n).prompt for n in range(min(200, len(expected)))] == expected[:200]
    assert len(longest(template)) == max(map(len, expected))
    assert len(shortest(template)) == min(map(len, expected))
    for seed in range(5):
        assert drawn(template, seed).prompt in expected


@given(st.text('ab {}|\\_#/@"\n:=-19', max_size=40))
def test_reading_never_fails_and_never_alters_plain_text(typed):
    template = read_template(typed, LISTS)
    if template.faults:
        return
    first = ordered(template, 0).prompt
    if not any(mark in typed for mark in ("{", "}", "__", "//", "#")):
        assert first == typed
    assert drawn(template, 7) == drawn(template, 7)


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.text(max_size=8) | st.integers() | st.none() | st.booleans(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_json_stays_json_through_any_expansion(data):
    typed = json.dumps(data, ensure_ascii=False)
    template = read_template(typed, LISTS)
    if template.faults:
        return
    assert template.is_json
    for number in range(min(5, count(template))):
        json.loads(ordered(template, number).prompt)
