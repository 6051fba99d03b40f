"""The pages of alert rules."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin

from tasks_app.admin.rows import titles
from tasks_app.models import AlertChannel, AlertRule
from tasks_app.models.alert import RuleKind

from .buttons import Switched

ANY: Final = "Any operation"
NO_CHANNEL: Final = (
    "There is no channel yet, so its incidents are only shown here. To be told of them,"
    " add a channel under “Alert channels” first."
)
HELP: Final = {
    "name": "Becomes the title of its incidents.",
    "threshold": (
        "Failures: how many tasks. Failure rate: how many percent."
        " Lateness and oldest waiting task: how many minutes."
    ),
    "window": (
        "How many minutes to look back, at most two days. The oldest waiting task needs"
        " none."
    ),
    "minimum": "Of how many finished tasks at least a failure rate is a rate.",
    "enabled": "Turning a rule off ends its incident.",
}
LABELS: Final = {
    "threshold": "At least",
    "kind": "Looks at",
    "window": "Within (minutes)",
    "minimum": "Of at least (tasks)",
}


class RuleForm(forms.ModelForm[AlertRule]):
    """Operations by title, channels to tick."""

    operation = forms.ChoiceField(
        required=False, help_text="Of which operation, or of any."
    )
    channels = forms.ModelMultipleChoiceField(
        AlertChannel.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who is told. Without any, incidents are only shown here.",
    )

    class Meta:
        model = AlertRule
        fields: ClassVar[list[str]] = [
            *("name", "kind", "operation", "threshold", "window", "minimum"),
            *("channels", "enabled"),
        ]
        help_texts = HELP
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "channels" in self.fields and not AlertChannel.objects.exists():
            self.fields["channels"].help_text = NO_CHANNEL
        if "operation" in self.fields:  # not where it is only looked at
            known = titles()
            if self.instance.operation:  # which may not be there any more
                known.setdefault(self.instance.operation, self.instance.operation)
            chosen = sorted(known.items(), key=lambda item: item[1])
            field: Any = self.fields["operation"]
            field.choices = [("", ANY), *chosen]

    def clean(self) -> dict[str, Any]:
        """Return what was entered; more than all cannot fail."""
        entered = super().clean() or {}
        is_rate = entered.get("kind") == RuleKind.FAILURE_RATE
        if is_rate and entered.get("threshold", 0) > 100:
            self.add_error("threshold", "More than 100 percent can never fail.")
        return entered


@admin.register(AlertRule)
class AlertRuleAdmin(Switched):
    """Rules are added, changed, turned off and deleted."""

    form = RuleForm
    buttons: ClassVar[dict[str, str]] = {}
    empty = "Add a rule, and say there which channels it tells."
    list_display = ("name", "in_words", "told", "switched")
    list_filter = ("enabled", "kind")
    search_fields = ("name", "operation")

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("channels")

    @admin.display(description="opens an incident when")
    def in_words(self, rule: AlertRule) -> str:
        """The rule as a sentence."""
        return rule.in_words

    @admin.display(description="tells")
    def told(self, rule: AlertRule) -> str:
        """The names of its channels."""
        names = [channel.name for channel in rule.channels.all()]
        return ", ".join(names) or "Nobody yet"
