"""The name on every page."""

from __future__ import annotations

from django.contrib import admin

from .sign_in import SignInForm

admin.site.site_header = "Sightline"
admin.site.site_title = "Sightline"
admin.site.index_title = "All pages"
admin.site.login_form = SignInForm
