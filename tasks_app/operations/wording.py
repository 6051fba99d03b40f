"""Has a language model write sentences for steps that nobody wrote one for. Optional.

Off without `LANGUAGE_MODEL_KEY`. A step is told at once, by its readable name; a thread
asks the model meanwhile, and what it answers is kept in the database and used from the
next time on. So no task waits for the model, and none fails by it. The provider is told
the names of a step and of its facts, never what they hold.
"""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
from collections.abc import Iterable
from typing import Final

from django.db import DatabaseError, close_old_connections, connection

from tasks_app.conf import setting
from tasks_app.models import StepSentence
from tasks_app.process import PerProcess

logger = logging.getLogger(__name__)

LONGEST: Final = 120  # characters of a sentence, placeholders included
MOST_WAITING: Final = 100  # steps; more are asked for when they come again
MOST_KEPT: Final = 1000  # sentences; names of steps are not all ours
AGAIN_SECONDS: Final = 600.0  # after which what got no answer is asked again
PLACEHOLDER: Final = re.compile(r"{([a-z][a-z0-9_]{0,40})}")
NAMES: Final = re.compile(r"[A-Za-z][\w.\- ]{0,99}")
SYSTEM: Final = (
    "You write what a program tells the person who waits for it. You are given the name"
    " of a step of its work and the names of facts about it. Answer with one short,"
    " friendly sentence in plain English that says what is being done, such as"
    " “Matching invoices with payments...”. You may use the facts as placeholders in"
    " braces, such as {rows}; each stands for a value like “12 rows” or a name. No"
    " markup, no emoji, at most 100 characters."
)

Key = tuple[str, str]  # step, names of its facts


def sentence_for(step: str, facts: Iterable[str]) -> str | None:
    """Return the sentence of a step, None when there is none (yet). Never waits long.

    Its placeholders are names of `facts`.
    """
    if not setting("LANGUAGE_MODEL_KEY") or not NAMES.fullmatch(step):
        return None
    names = sorted(name for name in facts if PLACEHOLDER.fullmatch(f"{{{name}}}"))
    return writer().sentence((step, ",".join(names)[:500]))


def fit(text: object, facts: Iterable[str]) -> str | None:
    """Return what a model answered if it can be shown, None otherwise."""
    if not isinstance(text, str):
        return None
    text = text.strip()
    bare = PLACEHOLDER.sub("", text)
    strange = re.search(r"[{}<>\[\]`*|\\]|https?:|www[.]", bare)
    unknown = set(PLACEHOLDER.findall(text)) - set(facts)
    if not 3 <= len(text) <= LONGEST or not text.isprintable() or strange or unknown:
        return None
    return text


class Writer:
    """Knows the sentences there are, and asks for others one at a time."""

    def __init__(self) -> None:
        self._known: dict[Key, str] = {}
        self._asked_at: dict[Key, float] = {}
        self._waiting: queue.Queue[Key] = queue.Queue(MOST_WAITING)
        self._load()
        threading.Thread(target=self._run, name="wording", daemon=True).start()

    def sentence(self, key: Key) -> str | None:
        """Return the sentence; without one, have it asked for."""
        found = self._known.get(key)
        asked = self._asked_at.get(key)
        clock = time.monotonic()
        if found is None and (asked is None or clock - asked > AGAIN_SECONDS):
            if len(self._asked_at) >= MOST_KEPT:
                self._asked_at.clear()
            self._asked_at[key] = clock
            try:
                self._waiting.put_nowait(key)
            except queue.Full:
                del self._asked_at[key]
        return found

    def _load(self) -> None:
        rows = StepSentence.objects.order_by("pk").values_list(
            "step", "facts", "sentence"
        )
        try:
            self._known = {(step, facts): text for step, facts, text in rows}
        except DatabaseError:
            logger.warning("The sentences of steps could not be read.", exc_info=True)

    def _run(self) -> None:
        while True:
            key = self._waiting.get()
            try:
                self._write(key)
            except Exception as error:  # noqa: BLE001  whatever it is, the name does
                kind = type(error).__name__
                logger.warning("No sentence for the step %s: %s.", key[0], kind)
            finally:
                connection.close()

    def _write(self, key: Key) -> None:
        step, facts = key
        close_old_connections()
        written = StepSentence.objects.filter(step=step, facts=facts).first()
        if written is None:  # else another process was first
            if StepSentence.objects.count() >= MOST_KEPT:
                return
            names = facts.split(",") if facts else []
            text = fit(ask(step, names), names)
            if text is None:
                logger.warning("The model's sentence for %s is not fit.", step)
                return
            written, _ = StepSentence.objects.get_or_create(
                step=step, facts=facts, defaults={"sentence": text}
            )
        self._known[key] = written.sentence


def ask(step: str, facts: list[str]) -> str:
    """Return what the model answers; raises whatever the provider's client raises."""
    # Not at the top: both are heavy, and only needed where a key is set.
    import instructor
    from groq import Groq
    from pydantic import BaseModel

    class Sentence(BaseModel):
        """The sentence to show."""

        text: str

    seconds = setting("LANGUAGE_MODEL_SECONDS")
    client = Groq(
        api_key=setting("LANGUAGE_MODEL_KEY"),
        base_url=setting("LANGUAGE_MODEL_URL") or None,
        timeout=seconds,
        max_retries=0,
    )
    named = ", ".join(facts) or "none"
    with client:
        answer = instructor.from_groq(client).chat.completions.create(
            model=setting("LANGUAGE_MODEL"),
            response_model=Sentence,
            max_retries=1,
            max_tokens=100,
            messages=[
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": f"Step: {step}. Facts: {named}."},
            ],
        )
    return str(answer.text)


writer = PerProcess(Writer)
