"""Bringing notices to their channels: by mail, or as a signed request; what fails is tried again, ever later."""

import base64
import hashlib
import hmac
import json
import logging
from datetime import datetime
from smtplib import SMTPException

import urllib3
from django.conf import settings
from django.core.mail import EmailMessage

from campaigns.channels import Notice, NoticeChannel, NoticeDelivery, check_webhook
from engine.models import Account
from engine.ports import Clock

log = logging.getLogger("campaigns.notices")

# Of one round; the others wait for the next.
MOST_AT_ONCE = 50
TIMEOUT = urllib3.Timeout(connect=5, read=10)


class NotDelivered(Exception):  # noqa: N818 - it names a fact
    """The receiver did not take it; the text names no address, which may be a secret itself."""


def deliver(clock: Clock, most: int = MOST_AT_ONCE) -> int:
    """Attempt what is due, each at most once; how many arrived."""
    if settings.REHEARSAL:
        return 0
    due = NoticeDelivery.objects.filter(
        status=NoticeDelivery.Status.WAITING, next_at__lte=clock.now(), channel__is_active=True
    )
    chosen = due.select_related("notice__account", "channel").order_by("next_at", "pk")[:most]
    return sum(_attempt(delivery, clock) for delivery in chosen)


def _attempt(delivery: NoticeDelivery, clock: Clock) -> bool:
    notice, channel = delivery.notice, delivery.channel
    if not delivery.claim(clock.now()):
        return False  # another process has it
    try:
        _send(notice, channel, clock.now())
    except NotDelivered as error:
        log.warning("notice %d not delivered to %s: %s", notice.pk, channel, error)
        delivery.fail(str(error))
        return False
    delivery.succeed(clock.now())
    return True


def try_out(channel: NoticeChannel, now: datetime) -> None:
    """Send a notice that means nothing, past the log. Raises NotDelivered."""
    account = channel.account or Account(name="nobody")
    _send(
        Notice(pk=0, event="test", account=account, summary="This is a test.", happened_at=now), channel, now
    )


def _send(notice: Notice, channel: NoticeChannel, now: datetime) -> None:
    send = post if channel.kind == channel.Kind.WEBHOOK else mail
    send(notice, channel, now)


def mail(notice: Notice, channel: NoticeChannel, now: datetime) -> None:
    subject = f"[linkedin_bot] {one_line(notice.summary)}"[:200]
    text = json.dumps(_data(notice), indent=1, ensure_ascii=False)
    try:
        EmailMessage(subject, f"{notice.summary}\n\n{text}\n", to=[channel.address]).send()
    except (SMTPException, OSError) as error:
        raise NotDelivered(type(error).__name__) from error


def post(notice: Notice, channel: NoticeChannel, now: datetime) -> None:
    """One request, followed nowhere; what is not a 2xx is a failure. `now` is part of what is signed."""
    check_webhook(channel.address)
    body = json.dumps(
        {"type": notice.event, "timestamp": notice.happened_at.isoformat(), "data": _data(notice)}
    ).encode()
    headers = {"Content-Type": "application/json", **signature(channel, notice.pk, now, body)}
    try:
        with urllib3.PoolManager(retries=False, timeout=TIMEOUT) as pool:
            answer = pool.request(
                "POST", channel.address, body=body, headers=headers, redirect=False, preload_content=False
            )
            answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise NotDelivered(type(error).__name__) from error
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"HTTP {answer.status}")


def signature(channel: NoticeChannel, number: int, now: datetime, body: bytes) -> dict[str, str]:
    """As standardwebhooks.com has it: HMAC-SHA256 over the id, the seconds since the epoch and the body."""
    name, seconds = f"notice_{number}", str(int(now.timestamp()))
    signed = b".".join((name.encode(), seconds.encode(), body))
    digest = hmac.new(channel.signing_key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _data(notice: Notice) -> dict[str, object]:
    return {"account": notice.account.name, "summary": notice.summary, **notice.details}


def one_line(text: str) -> str:
    """A header takes one line only."""
    return " ".join(text.split())
