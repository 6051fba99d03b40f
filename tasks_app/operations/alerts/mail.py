"""Sends messages by the mail server of Django's settings."""

from __future__ import annotations

import contextlib
import smtplib
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from tasks_app.conf import setting
from tasks_app.models.delivery import Occasion

from .trouble import SendError

if TYPE_CHECKING:
    from tasks_app.models import Delivery

SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
NO_SERVER: Final = "No mail server is known. Set EMAIL_URL for the keeper."
MARKS: Final = {
    Occasion.OPENED: "Alert",
    Occasion.RECOVERED: "Recovered",
    Occasion.TEST: "Test",
}


def send(delivery: Delivery, *, to: str) -> None:
    """Send the message to these addresses; raises SendError."""
    if settings.EMAIL_BACKEND == SMTP and not settings.EMAIL_HOST:
        raise SendError(NO_SERVER, is_final=True)
    server = get_connection(timeout=setting("ALERT_SEND_SECONDS"))
    try:
        with contextlib.closing(server):  # which a refused password would leave open
            compose(delivery, to=to, connection=server).send()
    except smtplib.SMTPAuthenticationError as error:
        text = "The mail server refused the user name or password."
        raise SendError(text, code=error.smtp_code) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise SendError("The mail server takes no mail for this address.") from error
    except smtplib.SMTPResponseException as error:
        text = f"The mail server refused the message ({error.smtp_code})."
        raise SendError(text, code=error.smtp_code) from error
    except TimeoutError as error:
        raise SendError("The mail server did not answer in time.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise SendError("The mail server cannot be reached.") from error


def compose(delivery: Delivery, *, to: str, connection: Any = None) -> EmailMessage:
    """Return the mail; one that comes twice has the same Message-ID."""
    message, mark = delivery.message, MARKS[Occasion(delivery.occasion)]
    facts = [f"{name}: {value}" for name, value in message.get("facts", {}).items()]
    times = [
        f"{word}: {message[name]}"
        for word, name in (("Opened", "opened_at"), ("Recovered", "recovered_at"))
        if message.get(name)
    ]
    link = [message["url"]] if message.get("url") else []
    parts = ["\n".join(lines) for lines in (facts, times, link) if lines]
    return EmailMessage(
        subject=" ".join(f"[Sightline] {mark}: {message['title']}".split()),
        body="\n\n".join([message["title"], *parts]) + "\n",
        to=addresses(to),
        headers={
            "Message-ID": f"<{delivery.pk}@{_domain()}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )


def addresses(text: str) -> list[str]:
    """Return the mail addresses in a text that has commas between them."""
    return [each.strip() for each in text.split(",") if each.strip()]


def _domain() -> str:
    sender = str(settings.DEFAULT_FROM_EMAIL)
    return sender.rpartition("@")[2].strip(" >") or "sightline"
