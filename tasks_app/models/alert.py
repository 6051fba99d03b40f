"""When somebody is to be told, and where. `operations.alerts` acts on it."""

from __future__ import annotations

from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

LONGEST_WINDOW: Final = 2_880  # minutes: as long as sums of single minutes are kept
ANY: Final = "any operation"


class ChannelKind(models.TextChoices):
    """How a message travels."""

    EMAIL = "email", "Email"
    WEBHOOK = "webhook", "Webhook"


class RuleKind(models.TextChoices):
    """What a rule looks at."""

    FAILURE = "failure", "Failures"
    FAILURE_RATE = "failure_rate", "Failure rate"
    LATENESS = "lateness", "Lateness of schedules"
    OLDEST_WAITING = "oldest_waiting", "Oldest waiting task"


WORDS: Final = {
    RuleKind.FAILURE: "{threshold} or more failed within {window} min",
    RuleKind.FAILURE_RATE: (
        "{threshold} % or more of at least {minimum} failed within {window} min"
    ),
    RuleKind.LATENESS: "a schedule is more than {threshold} min late",
    RuleKind.OLDEST_WAITING: "a task waits for more than {threshold} min",
}


class AlertChannel(models.Model):
    """A place that is told: mail addresses, or a URL that takes signed messages.

    The secret signs what is sent, so its text has to be kept: sealed, with a key that
    is not in the database. No page, log or message shows it after it was made.
    """

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=ChannelKind.choices)
    address = models.CharField(max_length=500)
    secret = models.CharField(max_length=300, editable=False, default="")  # sealed
    enabled = models.BooleanField("turned on", default=True)
    created_at = models.DateTimeField("created", auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AlertRule(models.Model):
    """Opens an incident when what it looks at reaches the threshold."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=RuleKind.choices)
    operation = models.CharField(max_length=100, blank=True)  # empty: any
    threshold = models.PositiveIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    window = models.PositiveIntegerField(  # minutes
        default=15, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WINDOW)]
    )
    minimum = models.PositiveIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    enabled = models.BooleanField("turned on", default=True)
    channels = models.ManyToManyField(AlertChannel, blank=True, related_name="rules")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The key of its incidents."""
        return f"rule:{self.pk}"

    @property
    def in_words(self) -> str:
        """When it opens an incident."""
        text = WORDS[RuleKind(self.kind)].format(
            threshold=self.threshold, window=self.window, minimum=self.minimum
        )
        return f"{self.operation or ANY}: {text}"
