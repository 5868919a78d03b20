"""The line in front of each provider."""

from __future__ import annotations

from flux_studio.engine.line import WaitingLine


def everyone_open(provider):
    return False


def test_each_provider_has_its_own_line_and_limit():
    line = WaitingLine({"a": 1, "b": 2}.__getitem__)
    line.join("a", ["a1", "a2"])
    line.join("b", ["b1", "b2", "b3"])
    assert line.take(everyone_open) == ["a1", "b1", "b2"]
    assert line.take(everyone_open) == []
    line.back("a", "a1")
    line.back("a", "a1")
    assert line.take(everyone_open) == ["a2"]
    assert line.waiting("b") == ["b3"]


def test_a_closed_provider_starts_nothing():
    line = WaitingLine(lambda provider: 5)
    line.join("a", ["a1"])
    line.join("b", ["b1"])
    assert line.take(lambda provider: provider == "a") == ["b1"]
    assert line.waiting("a") == ["a1"]


def test_the_front_keeps_the_order_of_those_that_come_together():
    line = WaitingLine(lambda provider: 9)
    line.join("a", ["1", "2"])
    line.join("a", ["3", "4"], front=True)
    line.join("a", ["5"], front=True)
    line.join("a", ["6"])
    assert line.waiting("a") == ["5", "3", "4", "1", "2", "6"]


def test_who_comes_back_takes_the_old_place():
    line = WaitingLine(lambda provider: 2)
    ranks = line.join("a", ["1", "2", "3"])
    assert line.take(everyone_open) == ["1", "2"]
    for job in ("2", "1"):
        line.back("a", job)
        line.rejoin("a", job, ranks[job])
    assert line.waiting("a") == ["1", "2", "3"]


def test_leaving_the_line():
    line = WaitingLine(lambda provider: 1)
    line.join("a", ["1", "2"])
    assert line.leave("a", "1")
    assert not line.leave("a", "1")
    assert line.take(everyone_open) == ["2"]
    assert not line.leave("a", "2"), "it is on its way"


def test_a_job_that_is_already_at_the_provider_takes_a_place():
    line = WaitingLine(lambda provider: 2)
    line.count_away("a", "old")
    line.count_away("a", "older")
    line.count_away("a", "oldest")
    line.join("a", ["1"])
    assert line.take(everyone_open) == []
    line.back("a", "old")
    assert line.take(everyone_open) == []
    line.back("a", "older")
    assert line.take(everyone_open) == ["1"]
