import pytest

from flux_studio.storage.templates import (
    PromptTemplate,
    TemplateRefused,
    checked_template,
    read_template_file,
    read_templates,
    save_template,
    write_template,
)

STONE = PromptTemplate("On stone", "{prompt}, on wet basalt\nsoft light", "Product", "Calm.")


def test_a_template_comes_back_as_it_was_saved(tmp_path):
    path = save_template(tmp_path / "templates", STONE)
    assert path.name == "on-stone.toml"
    found = read_template_file(path)
    assert (found.name, found.text, found.group, found.about) == (
        STONE.name,
        STONE.text,
        STONE.group,
        STONE.about,
    )
    assert found.style is not None
    assert not found.shipped


def test_a_second_of_the_same_name_takes_another_file_and_a_change_keeps_its_own(tmp_path):
    first = save_template(tmp_path, STONE)
    assert save_template(tmp_path, STONE).name == "on-stone-2.toml"
    changed = PromptTemplate("On stone", "{prompt}, dry", path=first)
    assert save_template(tmp_path, changed) == first
    assert read_template_file(first).text == "{prompt}, dry"
    assert save_template(tmp_path, PromptTemplate("../../Ä/b", "x")).parent == tmp_path


def test_without_a_place_for_the_prompt_it_is_a_prompt_of_its_own():
    assert checked_template("Fox", "a fox").style is None
    assert (
        checked_template(" My\n fox ", " a {red|{@any-list}} fox ").text
        == "a {red|{@any-list}} fox"
    )


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("", "x", "needs a name"),
        ("n" * 81, "x", "needs a name"),
        ("A", "  ", "empty"),
        ("A", "{prompt} {prompt}", "once"),
        ("A", "{prompt} {a|b", "not closed"),
    ],
)
def test_what_cannot_be_a_template_is_refused_in_words(name, text, words):
    with pytest.raises(TemplateRefused, match=words):
        checked_template(name, text)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name = ", "no TOML"),
        (b"\xff", "UTF-8"),
        (b"name = 3\nprompt = 'x'", "must be texts"),
        (b"x" * 100_001, "at most"),
        (b"name = 'only a name'", "empty"),
    ],
)
def test_a_file_that_is_no_template_says_why(tmp_path, data, words):
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    with pytest.raises(TemplateRefused, match=words):
        read_template_file(path)
    with pytest.raises(TemplateRefused, match="cannot be read"):
        read_template_file(tmp_path / "none.toml")


def test_ones_own_come_first_and_a_broken_file_hides_no_other(tmp_path):
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder, name in ((own, "Zebra"), (own, "apple"), (shipped, "First")):
        save_template(folder, PromptTemplate(name, "x"))
    (own / "bad.toml").write_text("name = ")
    (shipped / "first.toml").write_text("name='First'\nprompt='x'\nsample='../first.jpg'")
    found, faults = read_templates([own], shipped)
    assert [(each.name, each.shipped) for each in found] == [
        ("apple", False),
        ("Zebra", False),
        ("First", True),
    ]
    assert found[-1].sample == shipped / "first.jpg"
    assert [fault.partition(":")[0] for fault in faults] == ["bad.toml"]


def test_a_template_is_given_away_as_one_file(tmp_path):
    write_template(tmp_path / "given.toml", STONE)
    assert read_template_file(tmp_path / "given.toml").text == STONE.text
