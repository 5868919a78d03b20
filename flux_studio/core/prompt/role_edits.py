"""Roles in a prompt of either kind: prose gets a sentence at its end, a structured prompt gets it
in its field `references`, where it is read and changed like every other field.
"""

from __future__ import annotations

from flux_studio.core.prompt import roles
from flux_studio.core.prompt.json_text import JsonFault, JsonKind
from flux_studio.core.prompt.roles import Role
from flux_studio.core.prompt.structured import Structured, read_structured
from flux_studio.core.prompt.structured_edits import with_words, without

PLACE = ("references",)


def takes_roles(text: str) -> bool:
    """Whether a sentence can be added: not to JSON that cannot be read as yet, nor where the field
    for it holds something else than text.
    """
    found = read_structured(text)
    if isinstance(found, JsonFault):
        return False
    if found is None or found.root is None:
        return True
    node = found.node(PLACE)
    return node is None or node.kind is JsonKind.STRING


def with_role(text: str, number: int, role: Role | None) -> str:
    """The prompt with this role of reference `number`, from 1, or without one; as it is where no
    sentence can be added.
    """
    found = read_structured(text)
    if not isinstance(found, Structured) or found.root is None:
        plain = role is None or takes_roles(text)
        return roles.with_role(text, number, role) if plain else text
    words = found.words(PLACE) if takes_roles(text) else ""
    stands_here = roles.role_of(words, number) is not None
    if not stands_here and (role is None or roles.role_of(text, number) is not None):
        return roles.with_role(text, number, role)  # in a field of the person's choice
    if not takes_roles(text):
        return text
    said = roles.with_role(words, number, role)
    return with_words(found, PLACE, said) if said else without(found, PLACE)


def without_role(text: str, number: int) -> str:
    """The prompt without the sentences that give reference `number` a role."""
    return with_role(text, number, None)
