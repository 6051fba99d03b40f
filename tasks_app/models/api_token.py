"""Tokens of other services, as far as the database knows them: never their text."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .clock import DatabaseNow


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tells by the database's clock which tokens still count."""

    def valid(self) -> Self:
        """Those neither revoked nor expired, with whom they are about."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=DatabaseNow())
        found = self.filter(lasting, revoked_at=None)
        return found.select_related("user", "created_by")


class ApiToken(models.Model):
    """Lets a service act as a user until it is revoked."""

    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256
    name = models.CharField(max_length=100)  # of the service
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name="acts as",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField("created", auto_now_add=True)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    last_used_at = models.DateTimeField("last used", null=True, editable=False)
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)

    text = ""  # for who has just made it; no column

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        default_permissions = ("view", "add")
        permissions = [("revoke_apitoken", "Can revoke API tokens")]
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                "name",
                name="api_token_name",
                condition=Q(revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        """Whether it counts no more, whatever became of its user."""
        expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return expired or self.revoked_at is not None
