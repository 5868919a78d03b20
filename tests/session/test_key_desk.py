from datetime import UTC, datetime
from decimal import Decimal

from flux_studio.core.errors import Unreachable
from flux_studio.core.job import Sending
from flux_studio.storage.key_status import KeyState
from tests.session.desks import Desk, failing
from tests.storage.samples import planned

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
P = "runflow"


def test_a_stored_key_is_tested_and_its_status_told(desk, studio, qtbot):
    told, tested = [], []
    studio.keys.status_changed.connect(lambda provider, status: told.append((provider, status)))
    studio.keys.tested.connect(lambda *words: tested.append(words))
    provider = studio.keys.rows[0].id
    studio.keys.store(provider, "  rk-1234567890  ")
    qtbot.waitUntil(lambda: bool(told and tested), timeout=15_000)
    # No keychain answers in a test without a session bus: the key lives for this run, and says so.
    assert told[0][1].state is KeyState.SESSION_ONLY
    assert tested == [(provider, "default", True, "balance $4.20")]
    assert desk.workshop.keychain.get(provider).reveal() == "rk-1234567890"
    assert "1234567890" not in repr(studio.state)


def test_what_cannot_be_a_key_is_refused_at_the_field(studio, qtbot):
    provider = studio.keys.rows[0].id
    with qtbot.waitSignal(studio.keys.refused, timeout=5_000) as refused:
        studio.keys.store(provider, "two words\nand a line")
    assert refused.args[0] == provider
    assert "two words" not in refused.args[1]


def test_a_forgotten_key_is_gone(desk, studio, qtbot):
    provider = studio.keys.rows[0].id
    with qtbot.waitSignal(studio.keys.tested, timeout=15_000):
        studio.keys.store(provider, "rk-1234567890")
    with qtbot.waitSignal(
        studio.keys.status_changed, timeout=15_000, check_params_cb=lambda p, s: not s.has_key
    ):
        studio.keys.forget(provider)
    assert desk.workshop.keychain.get(provider) is None


def test_practice_needs_no_row(studio):
    assert "practice" not in {row.id for row in studio.keys.rows}


# Several named keys


def store(studio, qtbot, text, label="default"):
    with qtbot.waitSignal(studio.keys.tested, timeout=15_000):
        studio.keys.store(P, text, label)


def wait_for_list(studio, qtbot, true):
    """The list of keys as soon as it is as it should be."""
    qtbot.waitUntil(lambda: true(studio.keys.keys(P)), timeout=15_000)
    return {key.label: key for key in studio.keys.keys(P)}


def test_the_first_key_is_in_use_and_a_further_one_only_when_it_is_chosen(desk, studio, qtbot):
    store(studio, qtbot, "rk-first", "Studio")
    store(studio, qtbot, "rk-second", "Client")
    keys = wait_for_list(studio, qtbot, lambda keys: len(keys) == 2)
    assert {label: key.in_use for label, key in keys.items()} == {"Studio": True, "Client": False}
    with qtbot.waitSignal(studio.keys.chosen) as chosen:
        studio.keys.use(P, "Client")
    assert chosen.args == [P, "Client"]
    keys = wait_for_list(
        studio, qtbot, lambda keys: any(k.in_use and k.label == "Client" for k in keys)
    )
    assert not keys["Studio"].in_use
    assert desk.saved_keys_in_use[-1] == {P: "Client"}
    assert desk.workshop.keys_in_use.label(P) == "Client"


def test_each_key_has_its_balance_and_its_last_use(desk, studio, qtbot):
    store(studio, qtbot, "rk-first")
    store(studio, qtbot, "rk-second", "Client")
    desk.workshop.journal.record(planned(provider=P))
    desk.workshop.journal.record(Sending("job-1", NOON, "Client"))
    studio.keys.list_keys()
    keys = wait_for_list(
        studio, qtbot, lambda keys: [k.used for k in keys if k.label == "Client"] == [NOON]
    )
    assert keys["default"].used is None
    wait_for_list(studio, qtbot, lambda keys: all(k.balance == Decimal("4.20") for k in keys))


def test_a_balance_that_is_not_told_leaves_the_row_without_one(desk, studio, qtbot, monkeypatch):
    trouble = failing(Unreachable("network", "No answer."))
    monkeypatch.setattr(desk.engine, "balance_of", lambda *_: trouble)
    store(studio, qtbot, "rk-first")
    keys = wait_for_list(studio, qtbot, lambda keys: len(keys) == 1)
    assert keys["default"].balance is None


def test_a_renamed_key_stays_in_use_and_its_jobs_know_it(desk, studio, qtbot):
    store(studio, qtbot, "rk-first")
    desk.workshop.journal.record(planned(provider=P))
    desk.workshop.journal.record(Sending("job-1", NOON, "default"))
    studio.keys.rename(P, "default", "  Studio ")
    keys = wait_for_list(studio, qtbot, lambda keys: [k.label for k in keys] == ["Studio"])
    assert keys["Studio"].in_use
    assert keys["Studio"].used == NOON
    assert desk.workshop.journal.job("job-1").key == "Studio"
    assert desk.workshop.keychain.get(P, label="Studio").reveal() == "rk-first"


def test_a_name_that_is_taken_is_refused(studio, qtbot):
    store(studio, qtbot, "rk-first")
    store(studio, qtbot, "rk-second", "Client")
    with qtbot.waitSignal(studio.keys.refused, timeout=15_000) as refused:
        studio.keys.rename(P, "Client", "default")
    assert "Another key" in refused.args[1]


def test_forgetting_the_key_in_use_puts_no_other_in_its_place(desk, studio, qtbot):
    """Another account must not be charged without a word."""
    store(studio, qtbot, "rk-first")
    store(studio, qtbot, "rk-second", "Client")
    with qtbot.waitSignal(
        studio.keys.status_changed, timeout=15_000, check_params_cb=lambda p, s: not s.has_key
    ):
        studio.keys.forget(P)
    keys = wait_for_list(studio, qtbot, lambda keys: [k.label for k in keys] == ["Client"])
    assert not keys["Client"].in_use


def test_a_key_that_cannot_be_read_is_not_tested_with_another(studio, desk, qtbot):
    store(studio, qtbot, "rk-first")
    asked = desk.engine.asked.count(("check_key", P))
    with qtbot.waitSignal(studio.keys.tested, timeout=15_000) as tested:
        studio.keys.test(P, "Gone")
    assert tested.args[:3] == [P, "Gone", False]
    assert desk.engine.asked.count(("check_key", P)) == asked


def test_the_environment_wins_and_is_listed_first(tmp_path, qapp, qtbot):
    made = Desk(tmp_path / "home", environ={"RUNFLOW_API_KEY": "rk-shell"})
    studio = made.studio
    try:
        store(studio, qtbot, "rk-first")
        keys = wait_for_list(studio, qtbot, lambda keys: len(keys) == 2)
        assert list(keys) == ["$RUNFLOW_API_KEY", "default"]
        assert [key.in_use for key in keys.values()] == [True, False]
        assert keys["$RUNFLOW_API_KEY"].from_shell
    finally:
        made.close()
