"""Who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from tasks_app.credentials import Credential, CredentialError, read_token

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CHALLENGE: Final = 'Bearer realm="sightline"'  # the `WWW-Authenticate` of every 401


class Unavailable(APIException):
    """503: whether the token counts cannot be told just now."""

    status_code = 503
    wait = 5  # seconds


class BearerAuthentication(BaseAuthentication):
    """A token in the `Authorization` header: ours, a provider's or an API token.

    A bad one is refused, even where a session would do: whoever sends a token means it.
    """

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        """Return user and credential, None where no token was sent."""
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            credential = read_token(text.strip())
        except CredentialError as error:
            raise refusal(error) from None
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        """Return the `WWW-Authenticate` header that makes DRF answer 401."""
        return CHALLENGE


def refusal(error: CredentialError) -> APIException:
    """Return what DRF answers with 401, or with 503 where another try may do."""
    if error.is_passing:
        return Unavailable(str(error), code=error.code)
    return AuthenticationFailed(str(error), code=error.code)
