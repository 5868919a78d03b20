"""Whether anybody on the network answers."""

import asyncio

import pytest

from flux_studio.core.errors import Reason, ResultGone, Unreachable
from flux_studio.providers import reach
from flux_studio.providers.reach import Reach

HOSTS = {"a": "https://a.example", "b": "https://b.example", "c": "https://c.example"}
LOCAL = {"here": "http://127.0.0.1:9"}


class Session:
    """Every address raises what `answers` has for it, or is silent."""

    answers: dict[str, object] = {}
    asked: list[str] = []

    def __init__(self, environ, **options):
        assert options["patience"].connect == reach.PATIENCE

    async def download(self, url):
        type(self).asked.append(url)
        found = self.answers.get(url, Unreachable(Reason.NETWORK, "Nobody there."))
        if isinstance(found, Exception):
            raise found
        return found

    async def aclose(self):
        pass


@pytest.fixture(autouse=True)
def session(monkeypatch):
    monkeypatch.setattr(Session, "answers", {})
    monkeypatch.setattr(Session, "asked", [])
    monkeypatch.setattr(reach, "HttpSession", Session)
    return Session


def anybody(bases, failed=""):
    return asyncio.run(Reach(bases, {}).anybody(failed))


def test_nobody_answers(session):
    assert anybody(HOSTS, "a") is False
    assert sorted(session.asked) == ["https://b.example/", "https://c.example/"]
    assert anybody(HOSTS) is False


@pytest.mark.parametrize(
    "answer",
    [
        b"a page",
        Unreachable(Reason.PROVIDER_DOWN, "503"),
        Unreachable(Reason.UNTRUSTED, "A sign-in page."),
        ResultGone(Reason.RESULT_GONE, "404"),
    ],
)
def test_any_answer_of_another_is_the_network(session, answer):
    session.answers["https://c.example/"] = answer
    assert anybody(HOSTS, "a") is True
    assert anybody(HOSTS) is True
    session.answers.clear()
    session.answers["https://a.example/"] = answer
    assert anybody(HOSTS, "a") is False, "the one that failed is not asked"


def test_it_cannot_be_told_with_too_few_others_or_from_this_computer():
    assert anybody({"a": HOSTS["a"], "b": HOSTS["b"]}, "a") is None
    assert anybody({**HOSTS, "b": HOSTS["a"]}, "a") is None
    assert anybody({**HOSTS, **LOCAL}, "here") is None
    assert anybody(LOCAL) is None


def test_an_address_on_this_computer_is_not_asked(session):
    assert anybody({**HOSTS, **LOCAL}, "a") is False
    assert all("127.0.0.1" not in url for url in session.asked)


def test_the_real_session_finds_nobody_where_names_are_not_known(monkeypatch):
    monkeypatch.undo()
    unknown = {name: f"https://{name}.invalid" for name in "abc"}
    assert anybody(unknown, "a") is False
