from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace

import pytest

from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.draft_history import (
    _PARTS,
    PAUSE,
    DraftHistory,
    Part,
    caret_after,
    changed_part,
)
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.request import Reference
from flux_studio.core.size import Size

FIRST = Draft("practice", "one", prompt="a fox")
LETTERS = "abcdefghij  {}|#@\n“日"


def edits(seed: int) -> Iterator[Draft]:
    """Drafts as a person makes them, one change after the other, each unlike the one before."""
    chance, draft = random.Random(seed), FIRST
    while True:
        changed = chance.choice(CHANGES)(draft, chance)
        if changed != draft:
            draft = changed
            yield draft


def typed(draft: Draft, chance: random.Random) -> Draft:
    at = chance.randint(0, len(draft.prompt))
    return replace(draft, prompt=draft.prompt[:at] + chance.choice(LETTERS) + draft.prompt[at:])


def rubbed(draft: Draft, chance: random.Random) -> Draft:
    at = chance.randint(0, len(draft.prompt))
    return replace(draft, prompt=draft.prompt[:at] + draft.prompt[at + chance.randint(1, 40) :])


def pasted(draft: Draft, chance: random.Random) -> Draft:
    at = chance.randint(0, len(draft.prompt))
    words = "".join(chance.choices(LETTERS, k=chance.randint(2, 20)))
    return replace(draft, prompt=draft.prompt[:at] + words + draft.prompt[at:])


def sized(draft: Draft, chance: random.Random) -> Draft:
    return replace(draft, size=Size(chance.randint(64, 4096), chance.randint(64, 4096)))


def referred(draft: Draft, chance: random.Random) -> Draft:
    new = Reference(f"{chance.randint(0, 99):064x}", "image/png", Size(8, 8))
    kept = [each for each in draft.references if chance.random() < 0.8]
    return replace(draft, references=(*kept, new)[:8])


def seeded(draft: Draft, chance: random.Random) -> Draft:
    return replace(draft, seed=chance.randint(0, 9), seed_mode=chance.choice(list(SeedMode)))


def modelled(draft: Draft, chance: random.Random) -> Draft:
    return replace(draft, model=chance.choice(("one", "two")), provider=chance.choice("pq"))


def otherwise(draft: Draft, chance: random.Random) -> Draft:
    return chance.choice(
        (
            replace(draft, safety=chance.choice((None, 1, 5))),
            replace(draft, checker=chance.choice((None, True, False))),
            replace(draft, output_format=chance.choice(("", "png"))),
            replace(draft, count=chance.randint(1, 16)),
            replace(draft, knobs=(("steps", chance.randint(1, 50)),)),
            replace(draft, expansion=chance.choice(list(ExpansionMode)), draw=chance.randint(0, 9)),
        )
    )


CHANGES: list[Callable[[Draft, random.Random], Draft]] = [
    *(typed, typed, typed, rubbed, pasted, sized, referred, seeded, modelled, otherwise)
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_undo_returns_each_exact_former_draft_of_10_000_random_edits_and_redo_too(seed: int):
    history = DraftHistory(FIRST)
    passed = [FIRST]
    for number, draft in zip(range(10_000), edits(seed), strict=False):
        history.record(draft, number * 2 * PAUSE)
        passed.append(draft)
    for former in passed[-2::-1]:
        assert history.undo() is not None
        assert history.present == former
    assert history.undo() is None
    for later in passed[1:]:
        assert history.redo() is not None
        assert history.present == later
    assert history.redo() is None


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_steps_of_quick_edits_lead_through_drafts_that_were_there_in_their_order(seed: int):
    chance, history, now = random.Random(seed), DraftHistory(FIRST), 0.0
    passed = [FIRST]
    for _, draft in zip(range(10_000), edits(seed), strict=False):
        now += chance.choice((0.05, 0.2, 3))
        history.record(draft, now)
        passed.append(draft)
    back = [history.present]
    while history.undo() is not None:
        back.append(history.present)
    assert back[-1] == FIRST
    assert 1_000 < len(back) < 10_001  # some were joined, none was invented
    rest = iter(passed)
    assert all(any(draft == former for former in rest) for draft in reversed(back))
    forth = [history.present]
    while history.redo() is not None:
        forth.append(history.present)
    assert forth == back[::-1]


@pytest.mark.parametrize("seed", [7, 8])
def test_going_to_and_fro_between_edits_keeps_to_a_plain_list_of_drafts(seed: int):
    chance, history, source = random.Random(seed), DraftHistory(FIRST), edits(seed)
    drafts, at = [FIRST], 0
    for number in range(10_000):
        match chance.randrange(4):
            case 0 if at:
                history.undo()
                at -= 1
            case 1 if at + 1 < len(drafts):
                history.redo()
                at += 1
            case _:
                draft = next(source)
                if draft != drafts[at]:
                    history.record(draft, number * 2 * PAUSE)
                    drafts[at + 1 :] = [draft]
                    at += 1
        assert history.present == drafts[at]


def write(history: DraftHistory, text: str, start: float = 0.0, gap: float = 0.1) -> float:
    """Type at the end, letter by letter; gives the time of the last one."""
    for letter in text:
        start += gap
        history.record(replace(history.present, prompt=history.present.prompt + letter), start)
    return start


def prompts_back(history: DraftHistory) -> list[str]:
    found = [history.present.prompt]
    while history.undo():
        found.append(history.present.prompt)
    return found


def test_typing_is_taken_back_word_by_word():
    history = DraftHistory(replace(FIRST, prompt=""))
    write(history, "hello  wide world")
    assert prompts_back(history) == ["hello  wide world", "hello  wide ", "hello  ", ""]


def test_a_pause_ends_a_step():
    history = DraftHistory(replace(FIRST, prompt=""))
    end = write(history, "foot")
    write(history, "ball", start=end + PAUSE + 0.1)
    assert prompts_back(history) == ["football", "foot", ""]


def test_rubbing_out_is_a_step_of_its_own():
    history = DraftHistory(replace(FIRST, prompt=""))
    end = write(history, "storm")
    for left in ("stor", "sto"):
        end += 0.1
        history.record(replace(history.present, prompt=left), end)
    assert prompts_back(history) == ["sto", "storm", ""]


def test_writing_elsewhere_in_the_text_is_a_step_of_its_own():
    history = DraftHistory(replace(FIRST, prompt=""))
    end = write(history, "fox")
    history.record(replace(FIRST, prompt="a" + "fox"), end + 0.1)
    assert prompts_back(history) == ["afox", "fox", ""]


def test_a_gesture_is_one_step_however_long_it_lasts():
    history = DraftHistory(FIRST)
    for second in range(0, 60, 5):
        history.record(replace(FIRST, size=Size(100 + second, 200)), second, "drag 1", held=True)
    history.record(replace(FIRST, size=Size(800, 200)), 60.1, "drag 2", held=True)
    assert history.undo() is not None
    assert history.present.size == Size(155, 200)
    assert history.undo() is not None
    assert history.present == FIRST


def test_numbers_that_are_stepped_are_one_step_and_choices_are_not():
    history = DraftHistory(FIRST)
    for count in (2, 3, 4):
        history.record(replace(FIRST, count=count), count / 10)
    chosen = replace(FIRST, count=4)
    for number, size in enumerate((Size(800, 600), Size(600, 800))):
        history.record(replace(chosen, size=size), 0.5 + number / 10)
    history.undo()
    assert history.present.size == Size(800, 600)
    history.undo()
    history.undo()
    assert history.present == FIRST


def test_nothing_joins_a_step_that_was_gone_back_to():
    history = DraftHistory(replace(FIRST, prompt=""))
    end = write(history, "on two")
    history.undo()
    write(history, "e", start=end)
    assert prompts_back(history) == ["on e", "on ", ""]
    history.redo()
    history.redo()
    write(history, "x", start=end)
    assert prompts_back(history) == ["on ex", "on e", "on ", ""]


def test_what_is_not_the_persons_doing_is_no_step():
    history = DraftHistory(FIRST)
    history.record(replace(FIRST, count=2), 1)
    history.amend(replace(FIRST, count=2, seed=8))
    history.undo()
    assert history.present == FIRST
    history.redo()
    assert history.present == replace(FIRST, count=2, seed=8)


def test_the_project_is_no_part_of_the_history():
    history = DraftHistory(replace(FIRST, project="Poster"))
    assert not history.record(replace(FIRST, project="Cover"), 1)
    assert history.to_undo is None


def test_the_oldest_steps_go_when_there_are_too_many():
    history = DraftHistory(FIRST, most=3)
    for count in range(2, 10):
        history.record(replace(FIRST, count=count), count * 2)
    steps = 0
    while history.undo():
        steps += 1
    assert (steps, history.present.count) == (3, 6)
    long = DraftHistory(FIRST, characters=1000)
    for number in range(20):
        long.record(replace(FIRST, prompt=f"{number:02}" * 100), number * 2)
        long.record(replace(long.present, count=number + 2), number * 2 + 1)
    assert len(set(prompts_back(long))) == 6  # five of 200 characters, and what the oldest led from


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"prompt": "x"}, Part.PROMPT),
        ({"size": Size(1, 2)}, Part.SIZE),
        ({"provider": "q", "model": "two"}, Part.MODEL),
        ({"seed": 4, "seed_mode": SeedMode.FIXED}, Part.SEED),
        ({"references": (Reference("0", "image/png", Size(1, 1)),), "prompt": "y"},
         Part.REFERENCES),
        ({"prompt": "x", "size": Size(1, 2), "seed": 3}, Part.SETTINGS),
    ],
)  # fmt: skip
def test_a_step_says_what_it_changed(fields: dict[str, object], part: Part):
    assert changed_part(FIRST, replace(FIRST, **fields)) is part  # type: ignore[arg-type]  # fields


@pytest.mark.parametrize(
    ("before", "after", "caret"),
    [
        ("a fox", "a red fox", 6),
        ("a red fox", "a fox", 2),
        ("", "all new", 7),
        ("gone", "", 0),
        ("one two", "one too", 6),
    ],
)
def test_the_caret_belongs_behind_what_changed(before: str, after: str, caret: int):
    assert caret_after(before, after) == caret


def test_each_field_of_the_form_has_a_part_of_its_own():
    assert {field.name for field in fields(Draft)} == {*_PARTS, "project"}
