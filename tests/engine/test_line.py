"""The line in front of each provider."""

from __future__ import annotations

from flux_studio.engine.line import WaitingLine


def everyone_open(provider):
    return False


def join(line, provider, jobs, *, front=False):
    ranks = dict(zip(jobs, line.ranks(len(jobs), front), strict=True))
    for job, rank in ranks.items():
        line.join(provider, job, rank)
    return ranks


def test_each_provider_has_its_own_line_and_limit():
    line = WaitingLine({"a": 1, "b": 2}.__getitem__)
    join(line, "a", ["a1", "a2"])
    join(line, "b", ["b1", "b2", "b3"])
    assert line.take(everyone_open) == ["a1", "b1", "b2"]
    assert line.take(everyone_open) == []
    line.back("a", "a1")
    line.back("a", "a1")
    assert line.take(everyone_open) == ["a2"]
    assert line.waiting("b") == ["b3"]


def test_a_closed_provider_starts_nothing():
    line = WaitingLine(lambda provider: 5)
    join(line, "a", ["a1"])
    join(line, "b", ["b1"])
    assert line.take(lambda provider: provider == "a") == ["b1"]
    assert line.waiting("a") == ["a1"]


def test_a_job_that_is_barred_keeps_its_place_and_lets_others_pass():
    line = WaitingLine(lambda provider: 2)
    join(line, "a", ["1", "2", "3", "4"])
    assert line.take(everyone_open, {"1", "3"}.__contains__) == ["2", "4"]
    assert line.waiting("a") == ["1", "3"]
    line.back("a", "2")
    assert line.take(everyone_open) == ["1"]


def test_the_front_keeps_the_order_of_those_that_come_together():
    line = WaitingLine(lambda provider: 9)
    join(line, "a", ["1", "2"])
    join(line, "a", ["3", "4"], front=True)
    join(line, "a", ["5"], front=True)
    join(line, "a", ["6"])
    assert line.waiting("a") == ["5", "3", "4", "1", "2", "6"]


def test_the_front_is_before_jobs_of_an_earlier_run_and_the_back_behind_them():
    line = WaitingLine(lambda provider: 9)
    for job, rank in (("old", -7.5), ("older", -8.5), ("last", 900.0)):
        line.join("a", job, rank)
    join(line, "a", ["first"], front=True)
    join(line, "a", ["new"])
    assert line.waiting("a") == ["first", "older", "old", "last", "new"]


def test_a_new_rank_is_not_earlier_than_was_asked():
    line = WaitingLine(lambda provider: 9)
    assert line.ranks(2, least=50.0) == [50.0, 51.0]
    assert line.ranks(1, least=50.0) == [52.0]


def test_who_comes_back_takes_the_old_place():
    line = WaitingLine(lambda provider: 2)
    ranks = join(line, "a", ["1", "2", "3"])
    assert line.take(everyone_open) == ["1", "2"]
    for job in ("2", "1"):
        line.back("a", job)
        line.join("a", job, ranks[job])
    assert line.waiting("a") == ["1", "2", "3"]


def test_leaving_the_line():
    line = WaitingLine(lambda provider: 1)
    join(line, "a", ["1", "2"])
    assert line.leave("a", "1")
    assert not line.leave("a", "1")
    assert line.take(everyone_open) == ["2"]
    assert not line.leave("a", "2"), "it is on its way"


def test_a_job_that_is_already_at_the_provider_takes_a_place():
    line = WaitingLine(lambda provider: 2)
    line.count_away("a", "old")
    line.count_away("a", "older")
    line.count_away("a", "oldest")
    join(line, "a", ["1"])
    assert line.take(everyone_open) == []
    line.back("a", "old")
    assert line.take(everyone_open) == []
    line.back("a", "older")
    assert line.take(everyone_open) == ["1"]
