"""Sentences that a language model wrote for steps that had none."""

from __future__ import annotations

from django.db import models

from .clock import DatabaseNow


class StepSentence(models.Model):
    """What is said of a step whose facts have these names; `{rows}` stands for one."""

    step = models.CharField(max_length=100)
    facts = models.CharField(max_length=500, blank=True)  # names, with commas between
    sentence = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "facts"], name="step_sentence")
        ]

    def __str__(self) -> str:
        return self.sentence
