from flux_studio.core.prompt.template import read_template
from flux_studio.storage.word_lists import MOST_LINES, read_word_lists


def test_each_file_is_a_list_of_its_lines(tmp_path):
    (tmp_path / "metals.txt").write_bytes(b"\xef\xbb\xbfgold\r\n\r\n  silver \r\n# note\n// note\n")
    (tmp_path / "colours.TXT").write_text("#FF0000 red\n#fa0", encoding="utf-8")
    (tmp_path / "other.md").write_text("no")
    lists, faults = read_word_lists(tmp_path)
    assert dict(lists.words) == {"colours": ("#FF0000 red", "#fa0"), "metals": ("gold", "silver")}
    assert faults == ()
    assert not read_template("{@metals} __colours__", lists).faults


def test_a_file_that_cannot_be_used_is_named_and_the_others_stay(tmp_path):
    (tmp_path / "good.txt").write_text("a\nb")
    (tmp_path / "latin.txt").write_bytes(b"\xff\xfe\xfa")
    (tmp_path / "long.txt").write_text("x\n" * (MOST_LINES + 1))
    (tmp_path / "huge.txt").write_text("x" * 1_000_001)
    (tmp_path / "folder.txt").mkdir()
    lists, faults = read_word_lists(tmp_path)
    assert list(lists.words) == ["good"]
    assert [fault.split(" ")[2] for fault in faults] == [
        "folder.txt",
        "huge.txt",
        "latin.txt",
        "long.txt",
    ]


def test_no_folder_is_no_lists(tmp_path):
    assert read_word_lists(tmp_path / "none")[0].words == {}
