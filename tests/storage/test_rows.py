"""The JSON forms: what goes out comes back equal, and nothing hostile gets past the reader."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.crop import Box
from flux_studio.core.generation import Generation
from flux_studio.core.job import Ticket
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size
from flux_studio.storage.edit_rows import edit_data
from flux_studio.storage.json_fields import Fields, RowUnreadable, canonical, parse_json, time_text
from flux_studio.storage.rows import (
    generation_data,
    generation_of,
    micros,
    moment,
    reference_data,
    reference_of,
    request_from,
    request_text,
    ticket_from,
    ticket_text,
)
from tests.storage.samples import NOON, generation, request

texts = st.text(st.characters(), max_size=60)  # lone surrogates included
money = st.none() | st.decimals(0, 100, allow_nan=False, places=4)
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
sizes = st.builds(Size, st.integers(1, 20_000), st.integers(1, 20_000))
pairs = st.lists(st.tuples(texts, texts), max_size=4).map(tuple)
knobs = st.lists(
    st.tuples(
        texts,
        st.integers(-(10**9), 10**9)
        | st.booleans()
        | texts
        | st.decimals(-100, 100, allow_nan=False, places=3),
    ),
    max_size=4,
).map(tuple)
references = st.builds(Reference, texts, texts, sizes, texts, st.none() | texts)
seeds = st.none() | st.integers(0, 2**64 - 1)
requests = st.builds(
    Request,
    texts,
    texts,
    texts,
    sizes,
    texts,
    st.lists(references, max_size=3).map(tuple),
    seeds,
    st.none() | st.integers(0, 6),
    st.none() | st.booleans(),
    knobs,
)
tickets = st.builds(Ticket, texts, times, pairs, st.none() | times, money, pairs)
generations = st.builds(
    Generation,
    texts,
    texts,
    requests,
    st.just("2026/a.png"),
    texts,
    texts,
    sizes,
    st.integers(0, 2**40),
    times,
    money,
    money,
    seeds,
    st.none() | st.floats(0, 1e6),
    texts,
    st.none() | texts,
    pairs,
    st.booleans(),
    st.integers(0, 5),
    st.booleans(),
)


def refusal(read):
    """The words of a RowUnreadable, None when all was well; any other error passes through."""
    try:
        read()
    except RowUnreadable as error:
        return str(error)
    return None


@given(requests)
def test_a_request_comes_back_equal(original):
    text = request_text(original)
    back = request_from(text)
    assert back == original
    assert [type(v) for _, v in back.knobs] == [type(v) for _, v in original.knobs]
    assert request_text(back) == text
    text.encode()


@given(tickets)
def test_a_ticket_comes_back_equal(original):
    assert ticket_from(ticket_text(original)) == original


@given(generations)
def test_a_generation_comes_back_equal(original):
    data = parse_json(canonical(generation_data(original)))
    assert generation_of(Fields(data), original.path) == original


@given(times)
def test_a_time_keeps_its_microseconds(at):
    assert moment(micros(at)) == at
    assert Fields({"at": time_text(at)}).time("at") == at


@given(st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda x: st.lists(x)))
def test_a_changed_value_is_refused_by_name_or_read(value):
    for name in generation_data(generation()):
        data = dict(generation_data(generation())) | {name: value}
        complaint = refusal(lambda data=data: generation_of(Fields(data), "a.png"))
        assert complaint is None or name in complaint


@given(st.binary(max_size=200) | texts.map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_json_or_refused(data):
    assert refusal(lambda: parse_json(data)) != ""


def test_equal_requests_have_one_text():
    one = request_text(request())
    assert one == request_text(request())
    assert json.loads(one)["knobs"][1] == ["guidance", {"decimal": "3.50"}]
    assert one != request_text(request(seed=8))


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, '{"a":NaN}', '{"a":1' + "0" * 5000 + "}", "[]", "7", "", "\ud800"],
    ids=["deep", "nan", "digits", "list", "number", "empty", "surrogate"],
)
def test_json_that_is_no_object_is_refused(text):
    with pytest.raises(RowUnreadable):
        parse_json(text)


@pytest.mark.parametrize("sum_", ["1e999999999", "NaN", "Infinity", "", "free", "9" * 100, 3, 0.03])
def test_a_sum_that_is_no_sum_is_refused(sum_):
    with pytest.raises(RowUnreadable, match="cost"):
        Fields({"cost": sum_}).money("cost")


@pytest.mark.parametrize("seconds", [1e999, float("nan"), 10**400, "4", True])
def test_a_duration_that_is_none_is_refused(seconds):
    with pytest.raises(RowUnreadable, match="seconds"):
        Fields({"seconds": seconds}).seconds("seconds")


def test_the_field_is_named_with_its_way():
    with pytest.raises(RowUnreadable, match=r"request\.size\.width"):
        request_from(canonical({**json.loads(request_text(request())), "size": {"width": 0}}))


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        time_text(NOON.replace(tzinfo=None))
    with pytest.raises(RowUnreadable, match="zone"):
        Fields({"at": "2026-11-20T12:00:00"}).time("at")


def test_money_keeps_its_digits():
    text = canonical(generation_data(generation(price=Decimal("0.0300"))))
    assert '"estimate":"0.0300"' in text


def test_an_edit_of_a_reference_comes_back_and_an_unreadable_one_is_left_out():
    edit = ReferenceEdit("b" * 64, "image/png", Size(4000, 3000), Box(10, 0, 200, 100), 3, 2)
    kept = Reference("a" * 64, "image/png", Size(100, 200), "x.png", edit=edit)
    data = reference_data(kept)
    assert reference_of(Fields(data)) == kept
    for broken in ({**edit_data(edit), "crop": [0, 0, 9000, 1]}, {"of": 5}, {"crop": [1]}):
        assert reference_of(Fields({**data, "edit": broken})).edit is None


def test_a_reference_without_an_edit_has_the_text_of_earlier_versions():
    assert set(reference_data(Reference("a" * 64, "image/png", Size(1, 1)))) == {
        "sha256", "mime", "size", "name", "parent",
    }  # fmt: skip
