"""Tokens for programs, and tickets for sockets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, cast

from django.contrib.auth import authenticate, get_user_model
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app import credentials

from .authentication import CHALLENGE, refusal
from .fields import Text
from .parameters import StrictView
from .serializers import StrictSerializer, read

SOCKETS: Final = ["/ws/v1/tasks/", "/ws/task-status/", "/ws/tasks/status/"]
NO_SOCKET: Final = f"There is no such socket. Known are: {', '.join(SOCKETS)}."


class SignInSerializer(StrictSerializer):
    """The body of a sign-in."""

    username = Text(max_length=150)
    password = Text(max_length=4096, trim_whitespace=False)


class RefreshSerializer(StrictSerializer):
    """The body that holds a refresh token."""

    refresh = Text()


class TicketSerializer(StrictSerializer):
    """The body of a ticket's order: the socket it is for."""

    path = serializers.ChoiceField(
        SOCKETS,
        default=SOCKETS[0],
        error_messages={"invalid_choice": NO_SOCKET},
    )


class CredentialView(StrictView):
    """Answers with secrets, which nothing on the way may keep."""

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Return the answer, not to be stored."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class TooManySignIns(APIException):
    """429; `wait` becomes `Retry-After`."""

    status_code = 429

    def __init__(self, error: credentials.TooManyAttemptsError) -> None:
        super().__init__(str(error), code=error.code)
        self.wait = error.wait


class OpenView(CredentialView):
    """For who has nothing but what is in the body: neither session nor token counts."""

    authentication_classes = ()
    permission_classes = ()
    limit = "sign_in"

    def get_authenticate_header(self, request: Request) -> str:
        """Return what makes a refusal 401 rather than 403."""
        return CHALLENGE

    def handle_exception(self, exc: Exception) -> Response:
        """Answer 401 to what `credentials` refuses."""
        if isinstance(exc, credentials.CredentialError):
            exc = refusal(exc)
        if isinstance(exc, credentials.TooManyAttemptsError):
            exc = TooManySignIns(exc)
        return super().handle_exception(exc)


class TokenView(OpenView):
    """Sells an access and a refresh token for a name and its password."""

    def post(self, request: Request) -> Response:
        """New tokens; 401 says no more than that name and password do not fit."""
        asked = read(SignInSerializer, request.data)
        name = get_user_model().normalize_username(asked["username"])
        with credentials.signing_in(name):
            user = authenticate(request, username=name, password=asked["password"])
            if user is None:
                raise AuthenticationFailed(
                    "No active account has this user name and password."
                )
        return Response(asdict(credentials.issue_tokens(cast(Any, user))))


class RefreshView(OpenView):
    """Changes a refresh token for new tokens; it counts no more then."""

    def post(self, request: Request) -> Response:
        """New tokens."""
        text = read(RefreshSerializer, request.data)["refresh"]
        return Response(asdict(credentials.refresh_tokens(text)))


class LogoutView(OpenView):
    """Ends what a sign-in began: no more tokens come of it."""

    def post(self, request: Request) -> Response:
        """204, also when the refresh token was used or revoked before."""
        credentials.revoke_token(read(RefreshSerializer, request.data)["refresh"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class TicketView(CredentialView):
    """Issues one-time tickets to whoever is signed in."""

    def post(self, request: Request) -> Response:
        """A ticket for one socket; it expires with the token that asks for it."""
        path = read(TicketSerializer, request.data)["path"]
        shown = request.auth
        if isinstance(shown, credentials.Credential):
            basis: dict[str, Any] = {
                "expires_at": shown.expires_at,
                "api_token_id": shown.api_token_id,
            }
        else:
            basis = {"session_key": request.session.session_key or ""}
        ticket = credentials.issue_ticket(cast(Any, request.user), path=path, **basis)
        return Response({"ticket": ticket.text, "expires_in": ticket.expires_in})
