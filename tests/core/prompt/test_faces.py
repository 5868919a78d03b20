import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.prompt.faces import Face, Faces, face_of
from flux_studio.core.prompt.structured import Structured, read_structured
from flux_studio.core.prompt.structured_edits import with_words
from tests.core.prompt.test_structured import TEXTS

PROSE = st.text(alphabet="ab {}|\"'\\/#\n@é🦊", max_size=40)


@given(PROSE)
def test_prose_is_the_same_after_a_look_at_its_other_faces(prose):
    faces = Faces()
    made = faces.text_for(Face.FORM, prose)
    if made is not None and read_structured(prose) is None:
        assert faces.text_for(Face.JSON, made) == made
        assert faces.text_for(Face.TEXT, made) == prose


@given(TEXTS)
def test_json_is_the_same_after_a_look_at_its_prose(text):
    faces = Faces()
    prose = faces.text_for(Face.TEXT, text)
    if read_structured(prose) is None:  # words alone can look like JSON
        assert faces.text_for(Face.FORM, prose) == text


def test_what_was_changed_in_between_is_kept():
    faces = Faces()
    text = faces.text_for(Face.FORM, "a fox")
    found = read_structured(text)
    assert isinstance(found, Structured)
    changed = with_words(found, ("style",), "ink")
    prose = faces.text_for(Face.TEXT, changed)
    assert prose == "a fox. Style: ink."
    assert faces.text_for(Face.FORM, prose) == changed
    assert faces.text_for(Face.FORM, prose + " At dusk.") == (
        '{\n  "scene": "a fox. Style: ink. At dusk."\n}'
    )


def test_broken_json_has_no_prose_and_stays_as_it_is():
    assert Faces().text_for(Face.TEXT, '{"scene": "a fox"') is None
    assert Faces().text_for(Face.FORM, '{"scene": "a fox"') == '{"scene": "a fox"'


def test_an_empty_prompt_has_an_empty_form_and_a_json_to_begin_with():
    faces = Faces()
    assert faces.text_for(Face.FORM, "") == ""
    assert faces.text_for(Face.JSON, "") == '{\n  "scene": ""\n}'
    assert faces.text_for(Face.TEXT, "") == ""


@pytest.mark.parametrize(
    ("wanted", "text", "shown"),
    [
        (Face.TEXT, "a fox", Face.TEXT),
        (Face.FORM, "a fox", Face.TEXT),
        (Face.TEXT, '{"scene": "a"}', Face.JSON),
        (Face.FORM, '{"scene": "a"}', Face.FORM),
        (Face.FORM, '{"scene": "a"', Face.FORM),
        (Face.TEXT, '{"scene": "a"', Face.JSON),
        (Face.FORM, "", Face.FORM),
        (Face.TEXT, "", Face.TEXT),
    ],
)
def test_the_face_follows_what_was_asked_for_and_what_is_there(wanted, text, shown):
    assert face_of(wanted, text) is shown
