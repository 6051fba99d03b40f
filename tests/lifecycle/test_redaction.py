"""No path and no secret reaches a user, and looking for them takes no time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tasks_app.redact import LONGEST, sentence, without_secrets

PATHS = [
    ("No such file: '/home/alice/My Documents/x.csv'", "No such file: [path]"),
    ("error:/etc/passwd is bad.", "error:[path] is bad."),
    ("file:///home/alice/x.csv", "[path]"),
    ("see ../../etc/passwd now", "see [path] now"),
    ("at ~/x/y.txt", "at [path]"),
    ("in C:\\Users\\alice\\x.csv", "in [path]"),
    ("in C:/Users/alice/x.csv", "in [path]"),
    ("in \\\\server\\share\\x.csv", "in [path]"),
    ("/data/a(1)/b.csv, then", "[path], then"),
    ('File "/srv/app/x.py", line 3', "File [path], line 3"),
    ("(/srv/app/ümlaut.py)", "([path])"),
    ("path=/srv/app/x.py.", "path=[path]."),
]
SECRETS = [
    "postgres://user:s3cret@host/db",
    "redis://:s3cret@host:6379/0",
    "amqp://u:pa@s3cret@host//",
    "https://s3cret@sentry.io/1",
    "PASSWORD='s3cret'",
    '{"password": "hun s3cret 2"}',
    r"{\"password\": \"hun s3cret 2\"}",
    "DB_PASSWORD = s3cret",
    "passwd:s3cret",
    "AWS_SECRET_ACCESS_KEY=abc/s3cret+g",
    "Authorization: Bearer abc.s3cret-ghi",
    "Authorization: Basic s3cret0123456789",
    "Bearer abcdefgh-s3cret",
    "Cookie: sessionid=s3cret; csrftoken=s3cret",
    "https://api.example.com/x?api_key=s3cret&page=2",
    "https://x.blob.core.windows.net/?sig=s3cret",
    "api-key: s3cret",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi-s3cret.c2ln",
    "sk_live_s3cret",
    "sk-proj-0123456789-s3cret-0123",
    "ghp_s3cret",
    "github_pat_s3cret",
    "xoxb-12-s3cret",
    "whsec_MfKQ9r8GKYqrTwjUPD8IL+s3cret/w==",
    "-----BEGIN RSA PRIVATE KEY-----\ns3cret\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\ns3cret and no end",
]
HARMLESS = [
    "Row 5: 12/13/2024 is not a date.",
    "and/or 1/2 n/a",
    "https://example.com/help/files?page=1",
    "Column “Amount (€)” has 3 empty cells; see </b></a>.",
    "The file has 1,204 rows: 7 of them are bad.",
    "It took longer than the 20 minutes it may take, and was stopped.",
]
ENDLESS = {
    "one word": "a" * 1_000_000,
    "dots": "a." * 500_000,
    "half a token": "eyJ-" * 250_000,
    "names of secrets": "password" * 120_000,
    "spaces": "password" + " " * 1_000_000,
    "folders": "/a" * 500_000,
    "quotes": "'/a" * 300_000,
    "keys": "-----BEGIN PRIVATE KEY-----" * 30_000,
    "schemes": "a://" * 200_000,
    "backslashes": "\\" * 1_000_000,
}


@pytest.mark.parametrize(("text", "shown"), PATHS)
def test_a_path_is_not_shown(text: str, shown: str) -> None:
    assert sentence(text) == shown


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_neither_shown_nor_stored(text: str) -> None:
    assert "s3cret" not in sentence(f"It failed: {text}, sorry.")
    assert "s3cret" not in without_secrets(f"Traceback\n  {text}\nValueError")
    assert "[hidden]" in sentence(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert sentence(text) == text


def test_our_own_secrets_are_hidden_wherever_they_stand(settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = ["an earlier key, that still opens"]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        assert sentence(f"x{secret}y") == "x[hidden]y"


@pytest.mark.parametrize("unset", [None, ""])
def test_a_secret_that_is_not_set_hides_nothing(settings: Any, unset: Any) -> None:
    settings.EMAIL_HOST_PASSWORD = settings.METRICS_TOKEN = unset

    assert sentence("nothing to hide") == "nothing to hide"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\r\n\tand a tab", "two lines and a tab"),
        ("\x1b[31mred\x1b[0m\x07", "[31mred [0m"),
        ("exe.\u202efdp", "exe. fdp"),
        ("line\u2028separator", "line separator"),
        ("nul\x00 and half \ud83d a character", "nul and half ? a character"),
        ("", ""),
    ],
)
def test_a_sentence_is_one_plain_line(text: str, shown: str) -> None:
    assert sentence(text) == shown


def test_a_sentence_ends_after_a_thousand_characters() -> None:
    assert len(sentence("word " * 10_000)) == LONGEST
    assert sentence("word " * 10_000).endswith("…")


def test_a_long_detail_keeps_its_beginning_and_its_end() -> None:
    text = without_secrets(f"first {'x ' * 200_000} last")
    assert text.startswith("first x")
    assert text.endswith("x  last")
    assert len(text) < 101_000


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_text_made_to_take_long_takes_no_time(kind: str) -> None:
    began = time.process_time()
    sentence(ENDLESS[kind])
    without_secrets(ENDLESS[kind])
    assert time.process_time() - began < 2  # with squares: minutes
