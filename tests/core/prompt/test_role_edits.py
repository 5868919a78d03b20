import json

import pytest

from flux_studio.core.prompt.role_edits import takes_roles, with_role, without_role
from flux_studio.core.prompt.roles import Role, roles_in

SCENE = '{\n  "scene": "a fox",\n  "mood": "calm"\n}'


def test_a_structured_prompt_has_a_field_for_its_roles():
    text = with_role(SCENE, 1, Role.CHARACTER)
    text = with_role(text, 2, Role.STYLE)
    said = "Use @image1 for the character. Use @image2 for the style."
    assert json.loads(text) == {"scene": "a fox", "mood": "calm", "references": said}
    assert roles_in(text) == {1: Role.CHARACTER, 2: Role.STYLE}
    text = with_role(text, 2, Role.POSE)
    assert roles_in(text) == {1: Role.CHARACTER, 2: Role.POSE}
    assert without_role(without_role(text, 1), 2) == SCENE


def test_a_role_in_another_field_is_changed_there():
    text = '{"style": "Use @image1 for the style."}'
    assert with_role(text, 1, Role.COLOR) == '{"style": "Use @image1 for the colours."}'
    assert without_role(text, 1) == '{"style": ""}'


@pytest.mark.parametrize("text", ['{"scene": "a fox",', '{"references": ["a"]}'])
def test_where_no_sentence_can_stand_nothing_is_added(text):
    assert not takes_roles(text)
    assert with_role(text, 1, Role.STYLE) == text


@pytest.mark.parametrize("text", ["a fox", "", "// a note\na fox", "{red|blue} chair"])
def test_prose_gets_a_sentence(text):
    assert takes_roles(text)
    assert roles_in(with_role(text, 1, Role.STYLE)) == {1: Role.STYLE}
    assert without_role(with_role(text, 1, Role.STYLE), 1) == text
