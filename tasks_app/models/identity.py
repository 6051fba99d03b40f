"""Who people of a corporate identity provider are here."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Identity(models.Model):
    """A person as their provider knows them, and the user they are here.

    Names are no proof: an `admin` of the provider is not the `admin` of this site.
    """

    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # When the token was issued whose groups the user has: an older one changes nothing.
    told_at = models.BigIntegerField(default=0)  # seconds since 1970
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint("issuer", "subject", name="identity_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.issuer}"
