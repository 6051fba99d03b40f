"""The form on the sign-in page, which does not let guess for long."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from tasks_app.credentials import TooManyAttemptsError, signing_in

from .keeping import LONGEST, remember


class SignInForm(AdminAuthenticationForm):
    """Django's, where every attempt counts, and which brings back what was typed."""

    typed = forms.CharField(
        required=False, max_length=8 * LONGEST, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Return the fields when they fit; raises ValidationError."""
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        try:
            with signing_in(name):
                cleaned: dict[str, Any] = super().clean()
        except TooManyAttemptsError as error:
            raise ValidationError(str(error), code=error.code) from None
        package = cleaned.get("typed")
        if package and self.request is not None:
            remember(self.request, self.get_user(), package)
        return cleaned
