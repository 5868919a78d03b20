import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.prompt.json_text import JsonFault, JsonKind, Node, place_of, read_json
from flux_studio.core.prompt.structured import put_right

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
WAYS = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 2, "\t"]),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :  ")]),
        "ensure_ascii": st.booleans(),
    }
)


def value_of(node: Node) -> object:
    match node.kind:
        case JsonKind.STRING:
            return node.text
        case JsonKind.PLAIN:
            return json.loads(node.text)
        case JsonKind.ARRAY:
            return [value_of(item) for item in node.items]
        case JsonKind.OBJECT:
            pairs = zip(node.keys, node.items, strict=True)
            return {key.text: value_of(item) for key, item in pairs}


def loads(text: str) -> object:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return JsonFault


def same(one: object, other: object) -> bool:
    return repr(one) == repr(other) or (one == other and not math.isnan(float(str(one))))


@given(VALUES, WAYS)
def test_it_reads_what_python_reads(value, ways):
    text = json.dumps(value, **ways)
    node = read_json(text)
    assert isinstance(node, Node)
    assert value_of(node) == value
    assert text[node.start : node.end] == text


@given(VALUES, WAYS, st.data())
def test_each_place_is_that_of_the_value(value, ways, data):
    text = "\n " + json.dumps(value, **ways) + " "
    node = read_json(text)
    while isinstance(node, Node) and node.items:
        node = data.draw(st.sampled_from(node.items))
    assert json.loads(text[node.start : node.end]) == value_of(node)


@given(VALUES, WAYS, st.data())
def test_it_takes_and_refuses_what_python_does(value, ways, data):
    """One sign of the text is another, is gone, or came."""
    text = json.dumps({"scene": value}, **ways)
    at = data.draw(st.integers(0, len(text)))
    sign = data.draw(st.sampled_from(list('"\\{}[],: \n\t0e.-tNa“')) | st.just(""))
    text = text[:at] + sign + text[at + data.draw(st.integers(0, 1)) :]
    found, theirs = read_json(text), loads(text)
    if theirs is JsonFault:
        assert isinstance(found, JsonFault)
    else:
        assert repr(value_of(found)) == repr(theirs)


@given(st.text(alphabet="{}[]\",: ab1\n\\'“”", max_size=30))
def test_any_text_is_read_or_has_one_fault_with_its_place(text):
    found = read_json(text)
    if isinstance(found, JsonFault):
        assert 0 <= found.at <= len(text)
        line, column = place_of(text, found.at)
        assert dict(found.values)["line"] == str(line)
        assert dict(found.values)["column"] == str(column)
        assert found.text.format(**dict(found.values))


@given(VALUES, st.data())
def test_what_was_put_right_can_be_read(value, data):
    text = json.dumps({"scene": value}, indent=2, ensure_ascii=False)
    end = data.draw(st.integers(len('{\n  "scene":'), len(text)))
    right = put_right(text[:end] + data.draw(st.sampled_from(["", ",", "]", " x", ",,", "'"])))
    assert right is None or isinstance(loads(right), dict)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ('{"a": 1,}', '{"a": 1}'),
        ('{"a": "x" "b": 2}', '{"a": "x", "b": 2}'),
        ('{"a": "x\n "b": "y"}', '{"a": "x",\n "b": "y"}'),
        ("{“scene”: “a fox”, 'b': True}", '{"scene": "a fox", "b": true}'),
        ("{scene: a fox in snow, style: ink}", '{"scene": "a fox in snow", "style": "ink"}'),
        ('{"a": [1, 2', '{"a": [1, 2]}'),
        ('{"a": [1, 2}', '{"a": [1, 2]}'),
        ('{"a":', '{"a": ""}'),
        ('{"a": "tab\there \\{ }"}', '{"a": "tab\\there \\\\{ }"}'),
        ('{"a": 1}}', '{"a": 1}'),
        ('// note\n{"a": 1,\n# two\n}', '// note\n{"a": 1\n# two\n}'),
    ],
)
def test_the_usual_slips_can_be_put_right(text, right):
    assert put_right(text) == right


@pytest.mark.parametrize("text", ["a fox", "{red|blue} chair", "{hue:=red|blue} chair", '{"a|b"}'])
def test_prose_is_never_put_right(text):
    assert put_right(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{\n  "a": "x"\n  "b": 1\n}', "Line 2, column 11: a comma is missing."),
        ('{\n  "a": "x,\n}', "Line 2, column 8: the text that begins here has no closing"),
        ('{"a": [1, 2', "Line 1, column 12: the JSON breaks off, ] is missing."),
        ('{"a": "\\q"}', "Line 1, column 8: a backslash is written twice in JSON, \\\\."),
        ('{"a" 1}', "Line 1, column 5: a colon is missing behind a."),
        ("[" * 80, "Line 1, column 66: the JSON is nested too deep."),
    ],
)
def test_a_fault_says_where_and_what(text, words):
    found = read_json(text)
    assert isinstance(found, JsonFault)
    assert found.text.format(**dict(found.values)).startswith(words)
