"""The pages on which operators hand out API tokens, and take them back.

The text of a token is in one answer, to who made it, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tasks_app import audit, credentials
from tasks_app.models import ApiToken

from .words import counted

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGES = "admin/tasks_app/apitoken"
REVOKE = "tasks_app.revoke_apitoken"
HELP = {
    "name": "Which service uses it, so that others know it again.",
    "expires_at": "Leave empty to let it count until it is revoked.",
}
FACTS = ("standing", "maker", "created_at", "last_used_at", "revoked_at")


class ApiTokenForm(forms.ModelForm[ApiToken]):
    """What a new token is asked for with; the user by name, since there may be many."""

    giver: ClassVar[User]
    user = forms.CharField(
        label="Acts as",
        max_length=150,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text="The name of a user. The service may do all that this user may.",
    )

    class Meta:
        model = ApiToken
        fields = ("name", "user", "expires_at")

    def clean_name(self) -> str:
        """Return the name, so far of no token that counts."""
        name: str = self.cleaned_data["name"]
        if ApiToken.objects.filter(name=name, revoked_at=None).exists():
            text = "There is a token of this name. Choose another, or revoke that one."
            raise forms.ValidationError(text)
        return name

    def clean_user(self) -> User:
        """Return the user; who is not there and who is not active look alike."""
        name = self.cleaned_data["user"]
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise forms.ValidationError("There is no active user of this name.")
        if not credentials.may_hand_out(self.giver, user):
            text = "This user may do what you may not. Ask a superuser to do this."
            raise forms.ValidationError(text)
        return user

    def clean_expires_at(self) -> Any:
        """Return the end, which is yet to come, or None."""
        end = self.cleaned_data["expires_at"]
        if end is not None and end <= timezone.now():
            raise forms.ValidationError("This is in the past. Choose a later time.")
        return end


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin[ApiToken]):
    """Tokens are made, looked at and revoked; nothing of them is ever changed."""

    form = ApiTokenForm
    add_form_template = change_form_template = f"{PAGES}/change_form.html"
    list_display = ("name", "user", "standing", "last_used_at", "expires_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    actions = ("revoke",)
    empty_value_display = "Never"

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Allow none in an address: a digest could be asked for letter by letter."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who deletes a token revokes it; it also goes when its user is deleted."""
        return self.has_revoke_permission(request)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(REVOKE)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ("name", "user", "expires_at")
        return asked if obj is None else (*asked, *FACTS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else FACTS

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the form, which knows who fills it in."""
        if not kwargs.get("change"):
            kwargs["help_texts"] = HELP
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"giver": request.user})

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the button to Django's."""
        view = self.admin_site.admin_view(require_POST(self.revoke_view))
        ours = path("<int:pk>/revoke/", view, name="tasks_app_apitoken_revoke")
        return [ours, *super().get_urls()]

    @admin.display(description="status")
    def standing(self, token: ApiToken) -> str:
        """Whether the token counts, in words."""
        if token.revoked_at is not None:
            return "Revoked"
        if token.is_over:
            return "Expired"
        return "Counts" if token.user.is_active else "Its user is inactive"

    @admin.display(description="created by")
    def maker(self, token: ApiToken) -> str:
        """Who made the token."""
        return str(token.created_by or "Somebody who is deleted")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": "API tokens"})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show or take the form; who sends it twice at once is told so."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiToken, *_: Any) -> None:
        """Make the token; its text goes into the answer with it."""
        giver = cast("User", request.user)
        obj.text = credentials.issue_api_token(obj, created_by=giver)

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: Any = None
    ) -> HttpResponse:
        """Show the text, once; like all pages here it is not to be stored."""
        context = {
            **self.admin_site.each_context(request),
            "title": "New API token",
            "opts": self.opts,
            "token": obj,
        }
        return TemplateResponse(request, f"{PAGES}/issued.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        may = self.has_revoke_permission(request)
        context = {"title": "API token", "may_revoke": may}
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description="Revoke the chosen tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Revoke each that was not revoked before."""
        revoked = [token for token in queryset if self._revoke(request, token)]
        text = f"{counted(len(revoked), 'token')} revoked, refused from now on."
        self.message_user(request, text, messages.SUCCESS)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke one token, and show it."""
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        token = get_object_or_404(ApiToken, pk=pk)
        if self._revoke(request, token):
            text = f"“{token.name}” is revoked and refused from now on."
            self.message_user(request, text, messages.SUCCESS)
        page = reverse("admin:tasks_app_apitoken_change", args=[pk])
        return HttpResponseRedirect(page)

    def _revoke(self, request: HttpRequest, token: ApiToken) -> bool:
        revoked = credentials.revoke_api_token(token)
        if revoked:
            self.log_change(request, token, "Revoked.")
            who = request.user.get_username()
            audit.record("revoke_api_token", who=who, outcome="done", named=token.name)
        return revoked
