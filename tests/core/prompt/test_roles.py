import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.prompt.names import after_move
from flux_studio.core.prompt.roles import Role, role_of, roles_in, sentence, with_role, without_role

TEXTS = st.text(alphabet="ab @image12.\n/# ", max_size=60)


def test_a_role_is_a_sentence_that_one_can_read():
    assert sentence(Role.STYLE, 2) == "Use @image2 for the style."
    assert with_role("a fox", 2, Role.STYLE) == "a fox\nUse @image2 for the style."
    assert with_role("", 1, Role.COLOR) == "Use @image1 for the colours."


def test_roles_stand_on_one_line():
    text = with_role(with_role("a fox", 1, Role.CHARACTER), 2, Role.POSE)
    assert text == "a fox\nUse @image1 for the character. Use @image2 for the pose."
    assert roles_in(text) == {1: Role.CHARACTER, 2: Role.POSE}


def test_another_role_takes_the_place_of_the_first():
    text = "Use @image1 for the style. Then more.\nUse @image1 for the pose."
    assert with_role(text, 1, Role.OBJECT) == "Use @image1 for the object. Then more."


def test_taking_a_role_away_leaves_the_text_as_it_was():
    for before in ("", "a fox", "a fox\n", "a fox.\nin snow"):
        assert without_role(with_role(before, 3, Role.STYLE), 3) in (before, before.rstrip("\n"))


def test_a_sentence_changed_by_hand_is_the_persons_own():
    text = "Use @image1 for the style of the hat."
    assert role_of(text, 1) is None
    assert without_role(text, 1) == text
    assert with_role(text, 1, Role.STYLE).startswith(text)


def test_a_comment_gives_no_role():
    assert role_of("// Use @image1 for the style.", 1) is None
    assert role_of("a\n# Use @image1 for the style.", 1) is None


def test_a_role_follows_its_reference():
    text = with_role("a fox", 1, Role.STYLE)
    assert roles_in(after_move(text, 1, 3)) == {3: Role.STYLE}


@given(TEXTS, st.integers(1, 8), st.sampled_from(Role))
def test_a_role_that_was_given_is_found_and_goes_again(text, number, role):
    given_ = with_role(text, number, role)
    # Behind an open comment line a sentence goes to a line of its own.
    assert role_of(given_, number) is role
    gone = without_role(given_, number)
    assert role_of(gone, number) is None
    assert gone.strip() == without_role(text, number).strip()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_told_from_the_others(role):
    assert role_of(f"x {sentence(role, 4)} y", 4) is role
    assert without_role(f"x {sentence(role, 4)} y", 4) == "x y"
