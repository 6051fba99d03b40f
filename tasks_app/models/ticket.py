"""One-time tickets, as far as the database knows them: never their text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from .clock import DatabaseNow

LIFE: Final = timedelta(seconds=30)


class SocketTicketQuerySet(models.QuerySet["SocketTicket"]):
    """Tells by the database's clock which tickets still count."""

    def valid(self) -> Self:
        """Those young enough, bought with something that has not expired since."""
        return self.filter(
            Q(source_expires_at=None) | Q(source_expires_at__gt=DatabaseNow()),
            created_at__gt=_oldest(),
        )

    def expired(self) -> Self:
        """Those too old; oldest first."""
        return self.filter(created_at__lte=_oldest()).order_by("created_at")


class SocketTicket(models.Model):
    """A ticket that was issued and not used yet."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the text
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    path = models.CharField(max_length=100)
    # What proved the user's password when the ticket was bought; another one by now
    # means that the password was changed.
    proof = models.CharField(max_length=128)
    session_key = models.CharField(max_length=40, default="")  # of the buyer's session
    api_token = models.ForeignKey(  # that bought it
        "tasks_app.ApiToken", models.CASCADE, null=True, related_name="+"
    )
    source_expires_at = models.DateTimeField(null=True)  # of the token that bought it
    created_at = models.DateTimeField(db_default=DatabaseNow())

    objects = SocketTicketQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="ticket_created")]

    def __str__(self) -> str:
        return self.path


def _oldest() -> Any:
    return DatabaseNow() - LIFE
