"""The post as this installation is set: mail server, webhook, and the address that links in mails begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from charter.post.smtp import MailServer
from charter.post.webhook import Hook
from config import Settings


@dataclass(frozen=True)
class Office:
    """How things leave; None where that way is not set up. `escalate_after`: how long an alert may stay unanswered;
    `secret` signs the links that answer without signing in."""

    address: str
    language: str = "fr"
    escalate_after: timedelta = timedelta(hours=48)
    mail: MailServer | None = None
    hook: Hook | None = None
    secret: str = field(default="", repr=False)


def office_of(settings: Settings) -> Office:
    """The post as the settings say."""
    mail = None
    if settings.smtp_host:
        mail = MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            sender=settings.mail_sender,
            user=settings.smtp_user,
            password=settings.smtp_password,
            reply_to=settings.mail_reply_to,
        )
    hook = None
    if settings.webhook_url and settings.webhook_secret:
        hook = Hook(settings.webhook_url, settings.webhook_secret, settings.webhooks_allow, settings.webhook_units)
    patience = timedelta(hours=settings.escalate_after_hours)
    return Office(settings.public_address, settings.default_language, patience, mail, hook, settings.secret_key)
