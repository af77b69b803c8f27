"""The post as this installation is set: mail server, programs that are told, and the address that links begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from charter.domain.alerts.webhook import FIRST, Target, targets_of
from charter.domain.vocabulary.errors import Invalid
from charter.post.smtp import MailServer
from config import Settings, SettingsError


@dataclass(frozen=True)
class Office:
    """How things leave; None where that way is not set up. `escalate_after`: how long an alert may stay unanswered;
    `secret` signs the links that answer without signing in."""

    address: str
    language: str = "fr"
    escalate_after: timedelta = timedelta(hours=48)
    mail: MailServer | None = None
    targets: tuple[Target, ...] = ()
    webhooks_allow: tuple[str, ...] = ()
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
    patience = timedelta(hours=settings.escalate_after_hours)
    return Office(
        settings.public_address,
        settings.default_language,
        patience,
        mail,
        targets_in(settings),
        settings.webhooks_allow,
        settings.secret_key,
    )


def targets_in(settings: Settings) -> tuple[Target, ...]:
    """The programs that are told. Raises SettingsError."""
    first = None
    if settings.webhook_url and settings.webhook_secret:
        first = Target(FIRST, settings.webhook_url, settings.webhook_secret, language=settings.default_language)
    try:
        return targets_of(settings.webhooks, settings.environment, first)
    except Invalid as refusal:
        raise SettingsError(f"WEBHOOKS: {refusal}") from refusal
