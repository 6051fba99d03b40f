"""What was typed outlives the session, for the person who typed it.

Nothing is stored for who is not signed in. A form carries whose it is, signed. When it
comes after its session has ended, what was typed goes to the sign-in page and comes
back from there with name and password, signed as well; only then it waits in the
session, until the form is shown again. Files are never kept, and for anybody else all
of it is dropped.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core import signing
from django.http import QueryDict

from .parameters import PREFIX

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django.http import HttpRequest

FORM: Final = "sightline.form"
TYPED: Final = "sightline.typed"
OPTIONS: Final = ("title", "priority", "not_before", "queue")
LONGEST: Final = 200_000  # characters of all that was typed
WAITING: Final = "typed_before"  # in the session


def form_token(user: User | AnonymousUser) -> str:
    """Return whose the form is, and a key under which it starts something once."""
    facts = {"user": str(user.pk), "key": secrets.token_hex(16)}
    return signing.dumps(facts, salt=FORM)


def form_facts(token: str) -> dict[str, str]:
    """Return `user` and `key` of a token of ours; nothing of any other."""
    found: dict[str, str] = _loaded(token, FORM) or {}
    return found


def packed(request: HttpRequest) -> str:
    """Return what was typed into the form of this request; empty if it is not ours."""
    user = form_facts(request.POST.get("form", "")).get("user")
    typed = {
        name: values
        for name, values in request.POST.lists()
        if name.startswith(PREFIX) or name in OPTIONS
    }
    size = sum(len(text) for name, texts in typed.items() for text in (name, *texts))
    if user is None or size > LONGEST:
        return ""
    return signing.dumps({"user": user, "typed": typed}, salt=TYPED, compress=True)


def remember(request: HttpRequest, user: Any, package: str) -> None:
    """Let what was typed wait for its form, which is shown next."""
    found = _loaded(package, TYPED)
    if found is None:
        return
    is_theirs = found["user"] == str(user.pk)
    request.session[WAITING] = found if is_theirs else {"user": str(user.pk)}


def remembered(request: HttpRequest) -> tuple[QueryDict | None, str]:
    """Return what was typed before the sign-in, and a note for who signed in."""
    found = request.session.pop(WAITING, None)
    if not found or found["user"] != str(request.user.pk):
        return None, ""
    if "typed" not in found:
        return None, (
            "The form that was on this page before you signed in belongs to somebody"
            " else. What they had typed was thrown away."
        )
    typed = QueryDict(mutable=True)
    for name, values in found["typed"].items():
        typed.setlist(name, values)
    return typed, "What you had typed is here again, nothing of it was started."


def _loaded(text: str, salt: str) -> Any:
    try:
        return signing.loads(text, salt=salt, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None
