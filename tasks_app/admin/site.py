"""The name on every page."""

from __future__ import annotations

from django.contrib import admin

admin.site.site_header = "Sightline"
admin.site.site_title = "Sightline"
admin.site.index_title = "All pages"
