from flux_studio.storage.key_status import KeyState


def test_a_stored_key_is_tested_and_its_status_told(desk, studio, qtbot):
    told, tested = [], []
    studio.keys.status_changed.connect(lambda provider, status: told.append((provider, status)))
    studio.keys.tested.connect(lambda *words: tested.append(words))
    provider = studio.keys.rows[0].id
    studio.keys.store(provider, "  rk-1234567890  ")
    qtbot.waitUntil(lambda: len(told) >= 2 and bool(tested), timeout=15_000)
    # No keychain answers in a test without a session bus: the key lives for this run, and says so.
    assert told[0][1].state is KeyState.SESSION_ONLY
    assert tested == [(provider, True, "balance $4.20")]
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
