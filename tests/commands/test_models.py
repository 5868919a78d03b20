from __future__ import annotations

from flux_studio.ground import lay_ground
from tests.commands.shell import Shell

FIELDS = {
    "provider", "model", "title", "edit", "references", "seed", "repeats", "safety", "formats",
    "sizes", "price", "source", "as_of",
}  # fmt: skip


def lines(cli: Shell) -> dict:
    ran = cli("models", "--json")
    assert ran.code == 0
    return {(line["provider"], line["model"]): line for line in ran.lines}


def test_every_card_with_every_field(cli: Shell) -> None:
    found = lines(cli)
    assert list(found) == [card.id for card in lay_ground().cards]
    for line in found.values():
        assert set(line) >= FIELDS
        assert line["edit"] is (line["references"] > 0)
        assert line["source"]
        assert len(line["as_of"]) == 10


def test_what_the_two_seeds_say(cli: Shell) -> None:
    found = lines(cli)
    pro, flat = found["runflow", "flux-2-pro"], found["runapi", "flux-2-pro"]
    assert (pro["seed"], pro["safety"], pro["formats"]) == (True, [1, 5], ["jpeg", "png"])
    first, further = pro["price"]["first"], pro["price"]["further"]
    assert (pro["price"]["rule"], first, further) == ("per_megapixel", "0.03", "0.015")
    assert pro["sizes"]["kind"] == "pixels"
    assert pro["sizes"]["most"] == 4096
    assert len(pro["sizes"]["presets"]) == 6
    assert (flat["seed"], flat["safety"], flat["references"]) == (False, None, 8)
    assert (pro["repeats"], flat["repeats"]) == ("loosely", "no")
    assert flat["price"]["rule"] == "per_call"
    assert flat["price"]["tiers"]["1k"] == "0.05"
    assert flat["sizes"]["kind"] == "ratio"
    assert found["runflow", "flux-2-max"]["price"] is None
    assert found["practice", "practice"]["price"] == {"rule": "free"}


def test_the_table_for_people(cli: Shell) -> None:
    head, *rows = cli("models").out.splitlines()
    assert len(rows) == len(lay_ground().cards)
    price = head.index("PRICE")
    texts = [row[price:] for row in rows]
    assert "free" in texts
    assert "not known" in texts
    assert any("$0.030 the first MP, $0.015 each further" in text for text in texts)
    assert any("$0.050 at 1k" in text for text in texts)


def test_a_file_with_a_fault_is_named_and_the_others_are_shown(cli: Shell) -> None:
    (cli.paths.models / "broken.toml").write_text("provider = ")
    ran = cli("models", "--json")
    assert ran.code == 0
    assert "broken.toml" in ran.err
    assert ("practice", "practice") in {(line["provider"], line["model"]) for line in ran.lines}


def test_a_row_of_the_persons_own_wins(cli: Shell) -> None:
    path = cli.paths.models / "practice.toml"
    path.write_text(path.read_text().replace('title = "Practice"', 'title = "Mine"'))
    assert lines(cli)["practice", "practice"]["title"] == "Mine"
