import json

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from flux_studio.core.prompt.json_text import JsonFault, JsonKind, Node
from flux_studio.core.prompt.reading import count, ordered
from flux_studio.core.prompt.structured import (
    CAMERA_FIELDS,
    EMPTY,
    FIELDS,
    SUBJECT_FIELDS,
    Row,
    RowKind,
    Structured,
    comments_of,
    prose_text,
    read_structured,
    rows_of,
    structured_text,
)
from flux_studio.core.prompt.structured_edits import (
    is_plain,
    moved,
    read_after,
    with_json,
    with_words,
    without,
)
from flux_studio.core.prompt.template import read_template

WORDS = st.text(max_size=12)
PLAIN = st.sampled_from(["1.50", "85", "-0", "1e3", "2.0E+5", "true", "false", "null"])
LEAF = WORDS.map(lambda words: json.dumps(words, ensure_ascii=False)) | PLAIN
ESCAPED = WORDS.map(json.dumps)


def _object(keys, values):
    pairs = st.lists(st.tuples(keys, values), max_size=6, unique_by=lambda pair: pair[0])
    gaps = st.sampled_from([("", " ", ""), ("\n  ", " ", "\n"), (" ", "  ", " ")])
    return st.builds(
        lambda rows, gap: (
            "{"
            + ",".join(f"{gap[0]}{json.dumps(key)}:{gap[1]}{value}" for key, value in rows)
            + gap[2]
            + "}"
        ),
        pairs,
        gaps,
    )


def _list(values):
    return st.lists(values, max_size=4).map(lambda rows: "[" + ", ".join(rows) + "]")


NAMES = st.sampled_from([*FIELDS, *SUBJECT_FIELDS, *CAMERA_FIELDS, "typography", "Größe"]) | WORDS
VALUES = st.recursive(
    LEAF | ESCAPED, lambda inner: _list(inner) | _object(NAMES, inner), max_leaves=8
)
TEXTS = _object(NAMES, VALUES).filter(lambda text: text.strip("{} \n"))


def read(text: str) -> Structured:
    found = read_structured(text)
    assert isinstance(found, Structured), found
    return found


def leaves(rows: tuple[Row, ...]) -> list[Row]:
    """Every row with words of its own."""
    found = []
    for row in rows:
        found += leaves(row.rows) if row.rows else [row]
    return [row for row in found if row.kind in (RowKind.TEXT, RowKind.JSON)]


def spellings(node: Node, text: str, path=()) -> dict:
    """How each leaf is spelt, by its path; equal keys count by their place."""
    if node.kind in (JsonKind.STRING, JsonKind.PLAIN):
        return {path: text[node.start : node.end]}
    found = {}
    for at, item in enumerate(node.items):
        name = (node.keys[at].text, at) if node.keys else at
        found |= spellings(item, text, (*path, name))
    return found


def put(value, path, new):
    if not path:
        return new
    if isinstance(value, list):
        return [put(v, path[1:], new) if at == path[0] else v for at, v in enumerate(value)]
    return {**value, path[0]: put(value[path[0]], path[1:], new)}


@given(TEXTS)
def test_every_value_is_in_the_form_and_writing_it_back_changes_no_letter(text):
    structured = read(text)
    seen = set()
    for row in leaves(rows_of(structured)):
        if row.kind is RowKind.JSON:
            assert with_json(structured, row.path, row.words) == text
        else:
            assert with_words(structured, row.path, row.words, plain=row.is_plain) == text
        node = structured.node(row.path)
        if node is not None:
            seen |= set(range(node.start, node.end))
    for span in _value_spans(structured.root):
        assert seen >= set(range(*span)), text[slice(*span)]


def _value_spans(node):
    """Where the leaves stand, containers without any included."""
    if not node.items:
        return [(node.start, node.end)] if node.kind is not JsonKind.OBJECT else []
    found = []
    last = {key.text: at for at, key in enumerate(node.keys)}
    for at, item in enumerate(node.items):
        if not node.keys or last[node.keys[at].text] == at:
            found += [] if _is_empty_list(node, at, item) else _value_spans(item)
    return found


def _is_empty_list(node, at, item):
    """An empty palette or list of subjects is shown as what may be written into."""
    return item.kind is JsonKind.ARRAY and not item.items and bool(node.keys)


@given(TEXTS, WORDS.filter(bool), st.data())
def test_a_change_changes_that_value_alone(text, words, data):
    structured = read(text)
    rows = [row for row in leaves(rows_of(structured)) if structured.node(row.path)]
    assume(rows)
    row = data.draw(st.sampled_from(rows))
    after = with_words(structured, row.path, words)
    assert json.loads(after) == put(json.loads(text), row.path, words)
    node = structured.node(row.path)
    assert after.startswith(text[: node.start])
    assert after.endswith(text[node.end :])


@given(TEXTS, WORDS.filter(bool), st.data())
def test_a_field_that_is_filled_and_emptied_again_leaves_the_values_as_they_were(text, words, data):
    structured = read(text)
    empty = [row for row in leaves(rows_of(structured)) if structured.node(row.path) is None]
    assume(empty)
    row = data.draw(st.sampled_from(empty))
    filled = read_after(with_words(structured, row.path, words))
    assert filled.words(row.path) == words
    before = spellings(structured.root, text)
    assert set(before.values()) <= set(spellings(filled.root, filled.text).values())
    emptied = with_words(filled, row.path, "")
    gone = ("camera", "subjects", "color_palette")  # of these an empty one goes with its last field

    def kept(value):
        return {k: v for k, v in value.items() if not (k in gone and v in ({}, [], [{}]))}

    assert kept(json.loads(emptied or "{}")) == kept(json.loads(text))


@given(st.lists(st.tuples(st.sampled_from(FIELDS), WORDS.filter(str.strip)), min_size=1))
def test_a_form_that_is_filled_from_nothing_can_be_read(fields):
    structured, wanted = EMPTY, {}
    for name, words in fields:
        path = {
            "subjects": ("subjects", 0, "description"),
            "camera": ("camera", "lens"),
            "color_palette": ("color_palette", 0),
        }.get(name, (name,))
        structured = read_after(with_words(structured, path, words))
        wanted[path] = words
    assert {path: structured.words(path) for path in wanted} == wanted
    assert list(json.loads(structured.text)) == [name for name in FIELDS if name in dict(fields)]
    for path in wanted:
        structured = read_after(without(structured, path))
    assert structured.text in ("", '{\n  "subjects": [\n    {}\n  ]\n}')


@given(TEXTS, st.data())
def test_what_is_taken_out_is_gone_and_all_else_is_spelt_as_before(text, data):
    structured = read(text)
    at = data.draw(st.integers(0, len(structured.root.keys) - 1))
    name = structured.root.keys[at].text
    after = without(structured, (name,))
    wanted = json.loads(text)
    del wanted[name]
    assert json.loads(after or "{}") == wanted


@given(st.lists(LEAF, min_size=1, max_size=6), st.data())
def test_subjects_change_places(values, data):
    text = '{"subjects": [\n  ' + ",\n  ".join(values) + '\n], "style": "ink"}'
    old, new = (data.draw(st.integers(0, len(values) - 1)) for _ in range(2))
    after = moved(read(text), ("subjects", old), new)
    values.insert(new, values.pop(old))
    assert after == '{"subjects": [\n  ' + ",\n  ".join(values) + '\n], "style": "ink"}'


@given(st.text())
def test_prose_becomes_the_scene_and_comes_back(prose):
    assume(not comments_of(prose) and prose.strip() and read_structured(prose) is None)
    text = structured_text(prose)
    structured = read(text)
    if structured.words(("scene",)) == prose:  # else it was JSON but for its quotation marks
        assert prose_text(structured) == prose


@given(st.lists(st.sampled_from(["// a note", "# one", "a fox", "#FFAA00 sky", "{a|b}", ""])))
def test_comments_stay_comments_on_the_way_there_and_back(lines):
    prose = "\n".join(lines)
    text = structured_text(prose)
    assert comments_of(text).split() == comments_of(prose).split()
    back = prose_text(read(text))
    sent = [ordered(read_template(each), 0).prompt.strip() for each in (prose, back)]
    assert sent[0] == sent[1]


@given(TEXTS)
@example('{"scene": "\\u001f"}')
def test_prose_has_every_word_of_the_form(text):
    structured = read(text)
    prose = prose_text(structured)
    for row in leaves(rows_of(structured)):
        if row.words.strip():  # a string that no field can show is spelt in one, not in prose
            assert row.words in prose or structured.words(row.path) in prose


@pytest.mark.parametrize("prose", ["{red|blue} chair", "{hue:=red|blue} and {hue}", '{"a"|b} x'])
def test_variables_of_prose_are_variables_of_the_scene(prose):
    own, made = read_template(prose), read_template(structured_text(prose))
    assert made.is_json
    assert count(made) == count(own) == 2
    for number in range(2):
        sent = json.loads(ordered(made, number).prompt)["scene"]
        assert sent == ordered(own, number).prompt


def test_a_brace_that_is_sent_stays_one():
    text = structured_text(r"a \{red|blue\} sign")
    assert json.loads(ordered(read_template(text), 0).prompt) == {"scene": "a {red|blue} sign"}


def test_fields_stand_in_the_order_of_the_form_and_others_last():
    text = '{"style": "ink", "extra": 1.50}'
    text = with_words(read(text), ("scene",), "dusk")
    text = with_words(read(text), ("mood",), "calm")
    text = with_words(read(text), ("more",), "x")
    assert text == '{"scene": "dusk", "style": "ink", "mood": "calm", "extra": 1.50, "more": "x"}'


def test_comments_in_json_survive_every_change():
    text = '{\n  // one\n  "scene": "a",\n  # two\n  "style": "b",\n  // three\n  "mood": "c"\n}'
    for name in ("scene", "style", "mood"):
        after = without(read(text), (name,))
        assert comments_of(after).split() == comments_of(text).split()
        assert len(read(after).root.keys) == 2
    after = with_words(read(text), ("lighting",), "low")
    assert comments_of(after) == comments_of(text)
    alone = '// top\n{\n  "scene": "a"\n}'
    assert without(read(alone), ("scene",)) == "// top"
    assert read(with_words(read("// top"), ("scene",), "a")).text == alone


def test_plain_values_keep_their_spelling_and_stay_plain_while_they_can():
    structured = read('{"steps": 1.50, "on": true}')
    assert [row.words for row in rows_of(structured) if row.is_plain] == ["1.50", "true"]
    assert with_words(structured, ("steps",), "2.50", plain=True) == '{"steps": 2.50, "on": true}'
    assert with_words(structured, ("steps",), "2 mm", plain=True) == '{"steps": "2 mm", "on": true}'
    assert [is_plain(words) for words in ("1", "null", "01", "x", '"x"')] == [True, True] + [
        False
    ] * 3


def test_nested_extras_are_groups_and_deeper_ones_json():
    rows = rows_of(read('{"type": {"font": "serif", "sizes": [1, 2]}, "camera": "a phone"}'))
    camera = next(row for row in rows if row.path == ("camera",))
    assert (camera.kind, camera.words) == (RowKind.TEXT, "a phone")
    kinds = [(row.path, row.kind, row.words) for row in rows[-1].rows]
    assert kinds == [
        (("type", "font"), RowKind.TEXT, "serif"),
        (("type", "sizes"), RowKind.JSON, "[1, 2]"),
    ]


def test_subjects_may_be_plain_words():
    rows = rows_of(read('{"subjects": ["a fox", {"description": "a hen", "age": 2}]}'))
    fox, hen = next(row for row in rows if row.kind is RowKind.SUBJECTS).rows
    assert (fox.kind, fox.words) == (RowKind.TEXT, "a fox")
    assert [row.path[-1] for row in hen.rows] == [*SUBJECT_FIELDS, "age"]


def test_a_value_in_the_way_of_a_field_is_an_error():
    with pytest.raises(ValueError, match="no field can stand"):
        with_json(read('{"camera": "a phone"}'), ("camera", "lens"), '"x"')


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Structured),
        ("// note", Structured),
        ("{}", Structured),
        ('{"scene": "a"}', Structured),
        ('{"scene": "a"', JsonFault),
        ('{"scene": ', JsonFault),
        ("a fox", type(None)),
        ("{red|blue} chair", type(None)),
        ('{"red"|"blue"} chair', type(None)),
        ('["a"]', type(None)),
    ],
)
def test_what_is_structured_what_is_broken_and_what_is_prose(text, kind):
    assert type(read_structured(text)) is kind
