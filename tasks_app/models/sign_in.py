"""What a program's sign-in began, as far as the database knows: never a token."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class SignIn(models.Model):
    """A chain of refresh tokens, each bought with the one before; the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    newest = models.CharField(max_length=32)  # the id of the token that still counts
    expires_at = models.DateTimeField()  # with that token

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="sign_in_expires")]

    def __str__(self) -> str:
        return str(self.pk)
