"""A call as text: quoting for the shell and for Python, comments, and no key."""

import json
import shlex
import subprocess
import sys

from flux_studio.core.code_text import SpelledCall, as_curl, as_python, fields_of, placeholder

NASTY = 'it\'s a "den" $HOME `id` \\ %s !x\n# no comment\ttab \u2028 雪 🦊'
BODY = {
    "input": {"prompt": NASTY, "image_size": {"width": 1024, "height": 768}, "empty": {}},
    "image_urls": [placeholder(1), placeholder(2)],
    "checker": True,
    "seed": None,
    "scale": 3.5,
    "none": [],
}
CALL = SpelledCall(
    "POST", "https://api.example/v1/it's?x=1&y=$2", (("accept", "application/json"),), BODY,
    key_header="Authorization", key_scheme="Bearer", variable="EXAMPLE_KEY",
    references=("fox\n$(id).png", ""),
)  # fmt: skip
BARE = SpelledCall(
    "POST", "https://api.example/v1", (), {"prompt": "a"}, "x-key", "", "EXAMPLE_KEY"
)


def curl_words(call):
    """The command's words as a shell reads them, with the variable in its place."""
    lines = [line for line in as_curl(call).split("\n") if not line.startswith("# ")]
    return shlex.split("\n".join(lines).replace(" \\\n  ", " "))


def test_a_shell_reads_the_words_that_were_meant():
    words = curl_words(CALL)
    assert words[:4] == ["curl", "--fail-with-body", "-X", "POST"]
    assert words[4] == CALL.url
    assert words[5:7] == ["-H", "Authorization: Bearer $EXAMPLE_KEY"]
    assert "content-type: application/json" in words
    assert json.loads(words[-1]) == BODY
    assert words[-2] == "--data-raw"


def test_a_real_shell_agrees():
    text = as_curl(CALL).replace("curl --fail-with-body", "printf '%s\\0'", 1)
    environ = {"EXAMPLE_KEY": 'k"1', "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["/bin/sh", "-c", text], env=environ, capture_output=True, check=True)
    words = done.stdout.decode().split("\0")
    assert words[2] == CALL.url
    assert words[4] == 'Authorization: Bearer k"1'
    assert json.loads(words[-2]) == BODY


def test_python_reads_the_body_and_the_headers_that_were_meant():
    script = as_python(CALL).replace("import httpx", "import json")
    script = script.replace("httpx.request(", "dict(call=lambda *a, **k: (a, k))['call'](")
    script = script.replace(
        "reply.raise_for_status()\nprint(reply.json())", "print(json.dumps(reply))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={"EXAMPLE_KEY": "k-1"}, capture_output=True, check=True
    )
    (method, url), given = json.loads(done.stdout)
    assert (method, url) == ("POST", CALL.url)
    assert given["json"] == BODY
    assert given["headers"] == {"Authorization": "Bearer k-1", "accept": "application/json"}


def test_a_key_without_a_scheme_stands_alone():
    assert '-H "x-key: $EXAMPLE_KEY"' in as_curl(BARE)
    assert "'x-key': os.environ['EXAMPLE_KEY']" in as_python(BARE)


def test_without_a_key_there_is_no_variable():
    call = SpelledCall("POST", "https://api.example/v1", (), {})
    assert "$" not in as_curl(call)
    assert "environ" not in as_python(call)
    compile(as_python(call), "copied", "exec")


def test_comments_say_what_to_put_in_and_stay_on_their_line():
    for text in (as_curl(CALL), as_python(CALL)):
        comments = [line for line in text.split("\n") if line.startswith("# ")]
        assert len(comments) == 3
        assert "the variable EXAMPLE_KEY" in comments[0]
        assert comments[1].endswith("@reference1: fox $(id).png")
        assert comments[2].endswith("@reference2: a picture")


def test_fields_for_reading_are_flat_and_in_order():
    assert fields_of(CALL) == [
        ("input.prompt", NASTY),
        ("input.image_size.width", "1024"),
        ("input.image_size.height", "768"),
        ("image_urls[0]", "@reference1"),
        ("image_urls[1]", "@reference2"),
        ("checker", "true"),
        ("seed", "null"),
        ("scale", "3.5"),
    ]
