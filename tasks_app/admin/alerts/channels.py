"""The pages of alert channels; a secret is in the answer to who made it, once."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from tasks_app.models import AlertChannel, KeeperLock
from tasks_app.models.alert import ChannelKind
from tasks_app.operations import alerts

from .buttons import Switched

PAGES: Final = "admin/tasks_app/alertchannel"
CHANGE: Final = "change_alertchannel"
HELP: Final = {
    "name": "What the channel is called on these pages.",
    "kind": "Email goes by the mail server of the settings, a webhook by HTTPS.",
    "address": (
        "Email: one address or several, with commas between them."
        " Webhook: the whole address, such as https://hooks.example.com/alerts."
    ),
    "enabled": "A channel that is off is told nothing but tests.",
}


class ChannelForm(forms.ModelForm[AlertChannel]):
    """Asks for an address that fits the kind."""

    class Meta:
        model = AlertChannel
        fields: ClassVar[list[str]] = ["name", "kind", "address", "enabled"]
        help_texts = HELP
        widgets: ClassVar[dict[str, Any]] = {
            "address": forms.TextInput(attrs={"class": "vLargeTextField"})
        }

    def clean(self) -> dict[str, Any]:
        """Return what was entered, if anything can be sent there."""
        entered = super().clean() or {}
        kind = entered.get("kind", self.instance.kind)
        address = entered.get("address")
        trouble = alerts.trouble_of(kind=kind, address=address) if address else ""
        if kind and trouble:
            self.add_error("address", trouble)
        return entered


@admin.register(AlertChannel)
class AlertChannelAdmin(Switched):
    """Channels are added, tested, changed, turned off and deleted."""

    form = ChannelForm
    buttons: ClassVar[dict[str, str]] = {"test": CHANGE, "secret": CHANGE}
    empty = (
        "Add one to be told of incidents: by email, or by a webhook of your chat or"
        " pager. Then let rules tell it."
    )
    change_form_template = f"{PAGES}/change_form.html"
    list_display = ("name", "kind", "place", "switched")
    list_filter = ("enabled", "kind")
    search_fields = ("name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the address out for who only looks: it may hold a key."""
        may_edit = obj is None or self.has_change_permission(request, obj)
        return ("name", "kind", "address" if may_edit else "place", "enabled")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the kind: another one would need another address and secret."""
        return () if obj is None else ("kind", "place")

    def context_of(self, request: HttpRequest, pk: str) -> dict[str, Any]:
        """Say why a secret signs nothing, if so."""
        channel = self.get_object(request, pk)
        return {"trouble": alerts.trouble_of_secret(channel) if channel else ""}

    @admin.display(description="leads to")
    def place(self, channel: AlertChannel) -> str:
        """Where messages go."""
        return alerts.place_of(channel)

    def response_add(
        self, request: HttpRequest, obj: AlertChannel, post_url_continue: Any = None
    ) -> HttpResponse:
        """Show the secret of a webhook, once."""
        if obj.kind != ChannelKind.WEBHOOK:
            return super().response_add(request, obj, post_url_continue)
        return self._show_secret(request, obj)

    def press_secret(self, request: HttpRequest, channel: AlertChannel) -> HttpResponse:
        """Give a webhook another secret, and show it once."""
        if channel.kind != ChannelKind.WEBHOOK:
            return self.back(channel)
        self.log_change(request, channel, "Given a new secret.")
        return self._show_secret(request, channel)

    def press_test(self, request: HttpRequest, channel: AlertChannel) -> HttpResponse:
        """Send a message that says only that it is a test."""
        delivery = alerts.send_test(channel)
        if KeeperLock.objects.held():
            text = "The test message is on its way. Reload to see what came of it."
            self.message_user(request, text, messages.SUCCESS)
        else:
            text = "The test message waits: nothing is sent until a keeper is started."
            self.message_user(request, text, messages.WARNING)
        if not request.user.has_perm("tasks_app.view_delivery"):
            return self.back(channel)
        page = reverse("admin:tasks_app_delivery_change", args=[delivery.pk])
        return HttpResponseRedirect(page)

    def _show_secret(self, request: HttpRequest, channel: AlertChannel) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Secret of a webhook",
            "opts": self.opts,
            "channel": channel,
            "secret": alerts.give_secret(channel),
        }
        return TemplateResponse(request, f"{PAGES}/secret.html", context)
