"""What is secret does not get into a text that is shown, logged or kept."""

from __future__ import annotations

import logging

from flux_studio.core.secret import Secret
from flux_studio.providers.redaction import Redacting, plain_words, quiet_loggers, redact, remember


def test_queries_of_addresses_are_cut():
    text = 'see "https://a.example/b?sig=1&x=2", http://c.example/d#frag and https://e.example/f.'
    assert redact(text) == (
        'see "https://a.example/b?…", http://c.example/d?… and https://e.example/f.'
    )


def test_known_keys_are_cut_wherever_they_stand():
    remember(Secret("my-very-own-key"))
    assert redact("a my-very-own-key b") == "a *** b"
    remember(Secret("k"))  # too short to be a key: cutting it would eat the text
    assert redact("keep k") == "keep k"


def test_header_values_are_cut_even_for_unknown_keys():
    assert redact("Authorization: Bearer abcdef.123456") == "Authorization: Bearer ***"
    assert redact("Authorization: Key id12:secret34") == "Authorization: Key ***"


def test_picture_data_is_cut():
    assert redact('"data:image/png;base64,' + "QUJD" * 100 + '"') == '"data:image/png;base64,…"'


def test_words_are_plain_one_line_and_short():
    assert plain_words("a\x00b\nc\u202ed  e\x1b[31m") == "a b c d e [31m"
    assert len(plain_words("x" * 5000)) == 500
    assert plain_words("<b>kept as text</b>") == "<b>kept as text</b>"


def test_the_http_libraries_are_quiet_and_filtered(caplog):
    quiet_loggers()
    quiet_loggers()
    for name in ("httpx", "httpcore"):
        logger = logging.getLogger(name)
        assert logger.level == logging.WARNING
        assert len([f for f in logger.filters if isinstance(f, Redacting)]) == 1
        logger.warning("GET %s", "https://a.example/b?sig=S3CRET")
    assert "S3CRET" not in caplog.text
    assert "https://a.example/b?…" in caplog.text
