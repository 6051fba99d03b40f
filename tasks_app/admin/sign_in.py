"""The form on the sign-in page, which does not let guess for long."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from tasks_app.credentials import TooManyAttemptsError, signing_in


class SignInForm(AdminAuthenticationForm):
    """Django's, where every attempt counts."""

    def clean(self) -> dict[str, Any]:
        """Return the fields when they fit; raises ValidationError."""
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        try:
            with signing_in(name):
                return super().clean()
        except TooManyAttemptsError as error:
            raise ValidationError(str(error), code=error.code) from None
