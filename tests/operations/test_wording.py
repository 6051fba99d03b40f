"""A language model writes for steps without a sentence, and no task waits for it.

The provider is a server of ours that speaks its HTTP interface.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tasks_app.models import StepSentence
from tasks_app.operations import wording
from tasks_app.operations.messages import friendly
from tasks_app.process import PerProcess
from tests.processes import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]
FACTS = {"vendor": "Acme", "rows": 12}


class Provider(ThreadingHTTPServer):
    """Answers chat completions with `sentence`, or as `behave` says."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Chat)
        self.sentence = "Lining up {rows} from {vendor}..."
        self.behave: Callable[[Chat], None] | None = None
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.over = threading.Event()


class Chat(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        self.server.asked.append(body)
        self.server.keys.append(self.headers["Authorization"])
        if self.server.behave is not None:
            self.server.behave(self)
            return
        name = body["tools"][0]["function"]["name"]
        arguments = json.dumps({"text": self.server.sentence})
        call = {
            "id": "call-1",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        self.reply(
            200,
            json.dumps(
                {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 1,
                    "model": body["model"],
                    "choices": [choice],
                    "usage": usage,
                }
            ),
        )

    def reply(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SIGHTLINE = {
        **settings.SIGHTLINE,
        "LANGUAGE_MODEL_KEY": "secret-key",
        "LANGUAGE_MODEL_URL": f"http://127.0.0.1:{server.server_port}",
        "LANGUAGE_MODEL_SECONDS": 2.0,
    }
    monkeypatch.setattr(wording, "writer", PerProcess(wording.Writer))
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def test_the_name_comes_first_and_the_models_sentence_from_then_on(
    provider: Provider,
) -> None:
    assert friendly("sync_invoice_lines", FACTS) == "Sync invoice lines..."

    wait_until(StepSentence.objects.exists, seconds=60)
    wait_until(lambda: friendly("sync_invoice_lines", FACTS) != "Sync invoice lines...")
    told = "Lining up 12 rows from Acme..."
    assert friendly("sync_invoice_lines", FACTS) == told
    assert len(provider.asked) == 1


def test_what_facts_hold_stays_here(provider: Provider) -> None:
    provider.sentence = "Paying {rows}..."
    friendly("pay_salaries", {"employee": "Jane Doe", "rows": 3})

    wait_until(StepSentence.objects.exists, seconds=60)
    (asked,) = provider.asked
    text = json.dumps(asked["messages"])
    assert "pay_salaries" in text
    assert "employee" in text
    assert "Jane" not in text
    assert provider.keys == ["Bearer secret-key"]


def test_another_process_uses_what_was_written(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    StepSentence.objects.create(step="warm_up", facts="", sentence="Warming up...")

    assert friendly("warm_up") == "Warming up..."
    assert provider.asked == []


def test_a_sentence_of_ours_is_never_asked_for(provider: Provider) -> None:
    assert friendly("storing") == "Saving your file details..."
    assert provider.asked == []


def test_without_a_key_nobody_is_asked(provider: Provider, settings: Any) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "LANGUAGE_MODEL_KEY": ""}

    assert friendly("sync_invoice_lines") == "Sync invoice lines..."
    assert wording.writer._made is None  # not even a thread was started


def silent(chat: Chat) -> None:
    chat.server.over.wait(30)


BAD: dict[str, Callable[[Chat], None]] = {
    "silent": silent,
    "error": lambda chat: chat.reply(500, '{"error": {"message": "down"}}'),
    "unauthorized": lambda chat: chat.reply(401, '{"error": {"message": "who?"}}'),
    "no JSON": lambda chat: chat.reply(200, "<html>"),
    "other JSON": lambda chat: chat.reply(200, '{"choices": []}'),
    "hangs up": lambda chat: chat.connection.close(),
}


@pytest.mark.parametrize("behaviour", BAD)
def test_a_provider_that_fails_costs_no_time_and_no_task(
    provider: Provider, behaviour: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider.behave = BAD[behaviour]
    began = time.monotonic()

    assert friendly("sync_invoice_lines", FACTS) == "Sync invoice lines..."
    assert time.monotonic() - began < 1

    wait_until(lambda: "No sentence for the step" in caplog.text, seconds=60)
    assert "secret-key" not in caplog.text
    assert friendly("sync_invoice_lines", FACTS) == "Sync invoice lines..."
    assert not StepSentence.objects.exists()


def test_a_server_that_is_down_is_no_trouble(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.shutdown()
    provider.server_close()

    assert friendly("sync_invoice_lines") == "Sync invoice lines..."

    wait_until(lambda: "No sentence for the step" in caplog.text, seconds=60)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 200,
        "Two\nlines",
        "<b>Bold</b>",
        "See https://example.com",
        "Reading {secret}...",
        "Reading {rows.__class__}...",
        "Reading {rows...",
        None,
        12,
    ],
)
def test_what_is_not_fit_to_be_shown_is_not(text: object) -> None:
    assert wording.fit(text, ["rows"]) is None


def test_a_plain_sentence_is_fit() -> None:
    assert wording.fit(" Reading {rows}... ", ["rows"]) == "Reading {rows}..."


def test_more_steps_than_wait_are_asked_for_later(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.behave = silent
    for number in range(wording.MOST_WAITING + 20):
        assert friendly(f"step {number}") == f"Step {number}..."

    assert len(wording.writer()._asked_at) <= wording.MOST_WAITING + 1
