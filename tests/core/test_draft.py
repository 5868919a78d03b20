from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.card import Knob, KnobValue
from flux_studio.core.draft import (
    Check,
    Draft,
    SeedMode,
    check,
    effective_format,
    effective_knobs,
    effective_safety,
    knob_accepts,
    knob_range,
    price,
)
from flux_studio.core.problem import Control
from flux_studio.core.request import Reference
from flux_studio.core.size import Size, size_problem
from tests.core.sample_cards import FREE, GUIDANCE, LISTED, MOOD, QUIET, STEPS, free

FOX = Draft("one", "free-sizes", prompt="a fox", size=Size(1024, 768))
PICTURE = Reference("ab" * 32, "image/png", Size(1024, 1024), "fox.png")


def drawn(*seeds: int):
    values = iter(seeds)
    return lambda: next(values)


def checked(strict: frozenset[Control] = frozenset(), **changes: object) -> Check:
    return check(replace(FOX, **changes), FREE, drawn(*range(100)), strict)  # type: ignore[arg-type]  # names are checked by replace itself


def problem_of(result: Check) -> tuple[Control, str]:
    assert result.order is None
    (problem,) = result.problems
    return problem.control, problem.sentence


def test_a_whole_draft_becomes_an_order() -> None:
    result = check(replace(FOX, references=(PICTURE,), count=2), FREE, drawn(7, 1_000_008))
    assert result.problems == ()
    assert result.notes == ()
    assert result.order is not None
    first, second = result.order.requests
    assert first.prompt == "a fox"
    assert (first.provider, first.model) == ("one", "free-sizes")
    assert first.size == Size(1024, 768)
    assert first.output_format == "jpeg"
    assert first.references == (PICTURE,)
    assert (first.seed, second.seed) == (7, 8)  # held inside the card's 0..999
    assert (first.safety, first.checker) == (2, True)
    assert first.knobs == (
        ("steps", 28), ("guidance", Decimal("3.5")), ("quiet", False), ("mood", "calm"),
    )  # fmt: skip
    assert result.order.estimate == result.estimate
    assert result.estimate is not None
    assert result.estimate.total == Decimal("0.090")


def test_the_prompt_is_sent_as_it_was_typed() -> None:
    result = checked(prompt="  a fox\n\n#E0A030 ")
    assert result.order is not None
    assert result.order.requests[0].prompt == "  a fox\n\n#E0A030 "


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("", "The prompt is empty"),
        (" \n\t ", "The prompt is empty"),
        ("ab", "at least 3 characters"),
        ("x" * 41, "has 41 characters and Free sizes takes at most 40. Shorten it by 1."),
    ],
)
def test_a_prompt_of_the_wrong_length(prompt: str, words: str) -> None:
    control, sentence = problem_of(checked(prompt=prompt))
    assert control is Control.PROMPT
    assert words in sentence


@pytest.mark.parametrize("prompt", ["abc", "x" * 40])
def test_a_prompt_of_just_the_right_length(prompt: str) -> None:
    assert checked(prompt=prompt).order is not None


def test_a_card_without_a_limit_takes_any_prompt() -> None:
    long = Draft("two", "listed-sizes", prompt="x" * 100_000)
    assert check(long, LISTED, drawn()).order is not None


def test_too_many_references() -> None:
    control, sentence = problem_of(checked(references=(PICTURE,) * 4))
    assert control is Control.REFERENCES
    assert sentence == (
        "Free sizes takes at most 2 references and there are 4. Remove 2."
    )  # fmt: skip


def test_references_on_a_model_that_takes_none() -> None:
    draft = Draft("two", "listed-sizes", prompt="a fox", references=(PICTURE,))
    control, sentence = problem_of(check(draft, LISTED, drawn()))
    assert control is Control.REFERENCES
    assert "takes no references" in sentence


@pytest.mark.parametrize(
    ("size", "words", "nearest"),
    [
        (Size(32, 1024), "each side of Free sizes is 64 to 4096 px", Size(64, 1024)),
        (Size(8192, 4096), "outside the limits", Size(2896, 1440)),
        (Size(1920, 1080), "steps of 16 px. Nearest: 1920x1088", Size(1920, 1088)),
        (Size(4096, 4096), "at most 4 megapixels. Nearest: 2048x2048", Size(2048, 2048)),
    ],
)
def test_a_size_off_the_rule_offers_the_nearest(size: Size, words: str, nearest: Size) -> None:
    result = checked(size=size)
    control, sentence = problem_of(result)
    assert control is Control.SIZE
    assert words in sentence
    assert result.problems[0].nearest == nearest


def test_a_listed_card_offers_a_ratio_where_none_is_near() -> None:
    draft = Draft("two", "listed-sizes", prompt="a fox", size=Size(600, 1800))
    result = check(draft, LISTED, drawn())
    control, sentence = problem_of(result)
    assert control is Control.SIZE
    assert "has none near 600x1800" in sentence
    assert sentence.endswith("Nearest: 1:1 1k, 1024x1024.")
    assert result.problems[0].nearest == Size(1024, 1024)


def test_a_listed_card_takes_a_size_of_the_right_ratio_and_says_so() -> None:
    draft = Draft("two", "listed-sizes", prompt="a fox", size=Size(1280, 720))
    result = check(draft, LISTED, drawn())
    assert result.order is not None
    assert result.order.requests[0].size == Size(1344, 768)
    (note,) = result.notes
    assert note.control is Control.SIZE
    assert note.sentence == "Sent as 16:9 at 1k: Listed sizes takes a ratio, not pixels."


@pytest.mark.parametrize("count", [0, -1, 9])
def test_a_number_of_images_out_of_bounds(count: int) -> None:
    control, sentence = problem_of(checked(count=count))
    assert control is Control.COUNT
    assert sentence == f"The number of images is {count}; it can be 1 to 8."


@pytest.mark.parametrize("mode", [SeedMode.FIXED, SeedMode.STEP])
@pytest.mark.parametrize("seed", [-1, 1000])
def test_a_seed_out_of_bounds(mode: SeedMode, seed: int) -> None:
    control, sentence = problem_of(checked(seed_mode=mode, seed=seed))
    assert control is Control.SEED
    assert sentence == f"The seed is {seed}; it can be 0 to 999."


def test_a_random_seed_does_not_mind_what_the_field_holds() -> None:
    assert checked(seed_mode=SeedMode.RANDOM, seed=-5).order is not None


@pytest.mark.parametrize(
    ("knob", "value", "words"),
    [
        ("steps", 0, "Steps is 0; it can be 1 to 50."),
        ("steps", True, "Steps is True"),
        ("guidance", Decimal("10.1"), "Guidance is 10.1; it can be 1.5 to 10."),
        ("quiet", 1, "Quiet is 1; it can be on or off."),
        ("mood", "loud", "Mood is loud; it can be calm, wild."),
    ],
)
def test_a_knob_out_of_bounds(knob: str, value: KnobValue, words: str) -> None:
    control, sentence = problem_of(checked(knobs=((knob, value),)))
    assert control is Control.KNOBS
    assert words in sentence


def test_every_problem_is_named_at_once() -> None:
    result = checked(prompt="", size=Size(1, 1), count=0, references=(PICTURE,) * 3)
    controls = {problem.control for problem in result.problems}
    assert controls == {Control.PROMPT, Control.SIZE, Control.COUNT, Control.REFERENCES}


@pytest.mark.parametrize(
    ("changes", "control", "words"),
    [
        ({"seed_mode": SeedMode.FIXED}, Control.SEED, "takes no seed here"),
        ({"output_format": "png"}, Control.FORMAT, "sends a format of its own choice"),
        ({"safety": 3}, Control.SAFETY, "has no safety scale here"),
        ({"checker": False}, Control.SAFETY, "has no safety checker"),
    ],
)
def test_what_a_card_cannot_take_is_noted_and_left_out(changes, control, words) -> None:
    draft = replace(Draft("two", "listed-sizes", prompt="a fox"), **changes)
    result = check(draft, LISTED, drawn())
    (note,) = result.notes
    assert note.control is control
    assert words in note.sentence
    assert result.order is not None
    sent = result.order.requests[0]
    assert (sent.seed, sent.output_format, sent.safety, sent.checker) == (None, "", None, None)


def test_a_format_that_is_not_offered_falls_to_the_cards_first() -> None:
    result = checked(output_format="webp")
    assert result.order is not None
    assert result.order.requests[0].output_format == "jpeg"
    assert result.notes[0].sentence == "Free sizes does not offer webp here; it sends jpeg."


@pytest.mark.parametrize(("asked", "sent"), [(0, 1), (6, 5), (None, 2), (4, 4)])
def test_safety_is_held_inside_the_scale(asked: int | None, sent: int) -> None:
    result = checked(safety=asked)
    assert result.order is not None
    assert result.order.requests[0].safety == sent
    outside = asked is not None and asked != sent
    assert [n.control for n in result.notes] == [Control.SAFETY] * outside
    if outside:
        assert "outside the scale 1 to 5" in result.notes[0].sentence


@pytest.mark.parametrize(
    ("changes", "control"),
    [({"safety": 9}, Control.SAFETY), ({"output_format": "webp"}, Control.FORMAT)],
)
def test_what_was_asked_by_hand_is_a_problem_and_not_a_note(changes, control) -> None:
    assert problem_of(checked(frozenset({control}), **changes))[0] is control
    assert checked(frozenset(Control) - {control}, **changes).order is not None


def test_the_switch_is_on_until_it_is_set() -> None:
    for asked, sent in ((None, True), (True, True), (False, False)):
        result = checked(checker=asked)
        assert result.order is not None
        assert result.order.requests[0].checker is sent


@pytest.mark.parametrize("mode", [SeedMode.FIXED, SeedMode.STEP])
def test_a_fixed_seed_counts_up_inside_one_order(mode: SeedMode) -> None:
    result = checked(seed_mode=mode, seed=998, count=3)
    assert result.order is not None
    assert [request.seed for request in result.order.requests] == [998, 999, 0]


@given(st.integers(0, 2**63), st.integers(1, 8))
def test_pictures_of_one_order_differ_only_in_seed(drawn_seed: int, count: int) -> None:
    result = check(replace(FOX, count=count), FREE, lambda: drawn_seed)
    assert result.order is not None
    assert len(result.order.requests) == count
    assert all(0 <= (request.seed or 0) <= 999 for request in result.order.requests)
    assert len({replace(request, seed=None) for request in result.order.requests}) == 1


@given(st.integers(1, 9000), st.integers(1, 9000), st.integers(0, 20))
def test_a_price_stands_beside_every_problem(width: int, height: int, count: int) -> None:
    draft = replace(FOX, prompt="", size=Size(width, height), count=count)
    result = check(draft, FREE, drawn())
    assert result.order is None
    assert result.estimate == price(draft, FREE)
    assert result.estimate.count == max(1, count)


@given(st.integers(1, 9000), st.integers(1, 9000))
def test_a_request_is_always_of_a_valid_size(width: int, height: int) -> None:
    result = check(replace(FOX, size=Size(width, height)), FREE, drawn(1))
    if result.order is None:
        assert size_problem(FREE.sizes, Size(width, height)) is not None
    else:
        assert result.order.requests[0].size == Size(width, height)


def test_the_price_counts_only_references_that_can_be_sent() -> None:
    three = replace(FOX, references=(PICTURE,) * 3)
    assert price(three, FREE).each == Decimal("0.060")


def test_effective_values() -> None:
    assert effective_format(replace(FOX, output_format="png"), FREE) == "png"
    assert effective_format(FOX, LISTED) == ""
    assert effective_safety(FOX, LISTED) is None
    chosen = effective_knobs(replace(FOX, knobs=(("steps", 5), ("alien", 1))), FREE)
    assert chosen[0] == ("steps", 5)
    assert "alien" not in dict(chosen)


@pytest.mark.parametrize(
    ("knob", "value", "fits"),
    [
        (STEPS, 1, True), (STEPS, 50, True), (STEPS, 51, False), (STEPS, Decimal(5), False),
        (STEPS, "5", False), (STEPS, False, False),
        (GUIDANCE, Decimal("1.5"), True), (GUIDANCE, 2, True), (GUIDANCE, Decimal("1.49"), False),
        (GUIDANCE, "2", False), (GUIDANCE, True, False),
        (QUIET, True, True), (QUIET, 0, False),
        (MOOD, "wild", True), (MOOD, "", False),
        (Knob("free", "int", "Free", "", 0), -10**9, True),
    ],
)  # fmt: skip
def test_what_a_knob_accepts(knob: Knob, value: KnobValue, fits: bool) -> None:
    assert knob_accepts(knob, value) is fits


def test_a_knob_says_what_it_can_be() -> None:
    assert [knob_range(k) for k in (STEPS, GUIDANCE, QUIET, MOOD)] == [
        "1 to 50", "1.5 to 10", "on or off", "calm, wild",
    ]  # fmt: skip


def test_a_card_without_knobs_sends_none() -> None:
    result = check(replace(FOX, knobs=(("steps", 500),)), free(knobs=()), drawn(1))
    assert result.order is not None
    assert result.order.requests[0].knobs == ()


# References and picture share a bound

SQUARE = Size(1024, 1024)
SHARED = free(megapixels_most=3, references=4)


def together(sides: Size, count: int, picture: Size = SQUARE) -> Check:
    references = (replace(PICTURE, size=sides),) * count
    return check(replace(FOX, references=references, size=picture), SHARED, drawn(1))


def test_references_and_picture_may_fill_the_bound_they_share() -> None:
    assert together(Size(1024, 1024), 2).problems == ()
    assert together(Size(2048, 1024), 1).problems == ()


def test_a_smaller_picture_is_offered_beside_the_references() -> None:
    (problem,) = together(Size(1024, 1024), 2, Size(2048, 1024)).problems
    assert (problem.control, problem.nearest) == (Control.SIZE, Size(1456, 720))
    assert problem.sentence == (
        "References and picture come to 4.00 megapixels together; Free sizes takes at most 3. "
        "Beside these references: 1456x720."
    )


@pytest.mark.parametrize("count", [3, 4])
def test_references_that_leave_no_room_are_the_trouble_themselves(count: int) -> None:
    (problem,) = together(Size(1024, 1024), count).problems
    assert (problem.control, problem.nearest) == (Control.REFERENCES, None)
    assert problem.sentence.endswith("Remove a reference or use smaller ones.")


def test_too_many_references_are_said_once() -> None:
    (problem,) = together(Size(1024, 1024), 5).problems
    assert "at most 4 references" in problem.sentence


def test_a_card_without_that_bound_takes_any() -> None:
    huge = replace(PICTURE, size=Size(9000, 9000))
    assert checked(references=(huge, huge)).problems == ()
