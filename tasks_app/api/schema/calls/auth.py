"""The calls of `auth/`."""

from __future__ import annotations

from typing import Final

from tasks_app.api import auth
from tasks_app.api.schema import shapes

from .call import JSON, Answer, Call

TAGS: Final = {"Authentication": "Tokens for programs, tickets for sockets."}
ROOT: Final = "/api/v1/auth"
HEADERS: Final = ("Cache-Control",)
TOKENS: Final = Answer("New tokens.", shapes.TokensShape, headers=HEADERS)

CALLS: Final = (
    Call(
        f"POST {ROOT}/token/",
        "sign_in",
        "Get tokens for a name and a password",
        {200: TOKENS},
        tag="Authentication",
        body={JSON: auth.SignInSerializer},
        problems=(401,),
        open=True,
    ),
    Call(
        f"POST {ROOT}/refresh/",
        "refresh_tokens",
        "Change a refresh token for new tokens",
        {200: TOKENS},
        tag="Authentication",
        text="A refresh token counts once.",
        body={JSON: auth.RefreshSerializer},
        problems=(401,),
        open=True,
    ),
    Call(
        f"POST {ROOT}/logout/",
        "sign_out",
        "End what a sign-in began",
        {204: Answer("No more tokens come of it.", headers=HEADERS)},
        tag="Authentication",
        text="The refresh token counts no more, the access token until it expires.",
        body={JSON: auth.RefreshSerializer},
        problems=(401,),
        open=True,
    ),
    Call(
        f"POST {ROOT}/ticket/",
        "issue_ticket",
        "Get a ticket for one socket",
        {200: Answer("The ticket.", shapes.TicketShape, headers=HEADERS)},
        tag="Authentication",
        text="It counts once, for its user and path, and soon.",
        body={JSON: auth.TicketSerializer},
    ),
)
