import pytest

from flux_studio.core.prompt.names import after_move, after_removal, missing
from flux_studio.core.prompt.tokens import Kind, colors_in, quotes, token_at, tokens


def found(text: str) -> list[tuple[Kind, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


def test_colours_names_and_marks_are_found_in_their_order():
    text = r"#E0A030 of @image1, {a|#fa0} __metals__ \{ \|"
    assert found(text) == [
        (Kind.COLOR, "#E0A030"),
        (Kind.NAME, "@image1"),
        (Kind.OPEN, "{"),
        (Kind.BAR, "|"),
        (Kind.COLOR, "#fa0"),
        (Kind.CLOSE, "}"),
        (Kind.LIST, "__metals__"),
        (Kind.ESCAPE, r"\{"),
        (Kind.ESCAPE, r"\|"),
    ]


@pytest.mark.parametrize("line", ["// no", "  // no", "# no", "#", "\t# #FF0000 {a|b}"])
def test_a_line_that_begins_as_a_comment_is_one(line):
    assert found(line) == [(Kind.COMMENT, line)]
    assert found(f"a\n{line}\nb") == [(Kind.COMMENT, line)]


@pytest.mark.parametrize(
    "line", ["#E0A030 sky", "#abc", "see https://x.example", "a # b", "#1 fan"]
)
def test_colours_and_what_is_inside_a_line_are_never_comments(line):
    assert Kind.COMMENT not in [kind for kind, _ in found(line)]


@pytest.mark.parametrize(
    "text", ["#12", "#1234567", "a#b", "#12345g", "@image123", "@image", "____"]
)
def test_what_only_looks_like_a_token_is_none(text):
    assert found(text) == []


def test_quoted_text_is_found_but_not_in_comments():
    text = 'reading "SALE #fff" and “zwei”\n# a "comment"\n„drei“ «vier» 「五」 "open'
    assert [token.text for token in quotes(text)] == [
        '"SALE #fff"',
        "“zwei”",
        "„drei“",
        "«vier»",
        "「五」",
    ]


def test_the_token_under_the_caret():
    assert token_at("a #fff b", 3, Kind.COLOR) == (Kind.COLOR, 2, 6, "#fff")
    assert token_at("a #fff b", 6, Kind.COLOR) is not None
    assert token_at("a #fff b", 7, Kind.COLOR) is None
    assert token_at("a #fff b", 3, Kind.NAME) is None


def test_colours_of_a_prompt_are_told_once_each():
    assert colors_in("#fa0 and #FFAA00, #123456\n# #00ff00") == ["#FFAA00", "#123456"]


def test_a_removed_reference_takes_its_name_along_and_the_later_ones_move_up():
    text = "@image1 on @image2 by @image3\n# @image3"
    assert after_removal(text, 2, 3) == "@image1 on @image0 by @image2\n# @image3"
    assert missing("@image0 and @image2 and @image3", 2) == ("@image0", "@image3")


def test_names_follow_a_slot_that_moves():
    text = "@image1 @image2 @image3 @image4"
    assert after_move(text, 1, 3) == "@image3 @image1 @image2 @image4"
    assert after_move(text, 4, 2) == "@image1 @image3 @image4 @image2"
    assert after_move(after_move(text, 1, 3), 3, 1) == text
