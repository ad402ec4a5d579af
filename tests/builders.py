"""People, campaigns and runs for the tests; every name in here is invented."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission, User

from campaigns.kinds import Options, Proposal
from campaigns.models import Action, Campaign, MessageTemplate, NoticeChannel, Run
from campaigns.processes import ProcessIdentity
from campaigns.runner import preview_campaign, run_campaign
from contacts.models import Contact, Interaction
from engine.models import Account
from engine.pages.ages import age
from engine.ports import BirthdayCard, Invitation, SearchPerson, World
from tests.fakes import FakeClock, FakeNetwork, SilentListener, opened, world_of

TODAY = date(2026, 11, 23)


def an_account(name: str = "ada", **fields: Any) -> Account:
    """An account that has long had its gentle start behind it."""
    values = {"language": "en", "gentle_since": datetime(2026, 1, 1, tzinfo=UTC)}
    return Account.objects.create(name=name, **values | fields)


def a_campaign(account: Account | None = None, **fields: Any) -> Campaign:
    account = account or an_account()
    return Campaign.objects.create(**{"name": "birthday", "kind": "birthday", "account": account} | fields)


def a_contact(
    name: str, campaign: Campaign | None = None, born: date | None = TODAY, **fields: Any
) -> Contact:
    slug = name.lower().replace(" ", "-")
    contact = Contact.objects.create(
        profile_url=f"https://www.linkedin.com/in/{slug}/", name=name,
        birth_month=born.month if born else None, birth_day=born.day if born else None, **fields,
    )  # fmt: skip
    if campaign:
        contact.accounts.add(campaign.account_id)
    return contact


def a_template(text: str = "Happy birthday, {name}!", **fields: Any) -> MessageTemplate:
    values = {"name": text[:100], "purpose": "birthday", "language": "en", "text": text}
    return MessageTemplate.objects.create(**values | fields)


def a_card(name: str, day: date | None = TODAY, **fields: Any) -> BirthdayCard:
    slug = name.lower().replace(" ", "-")
    values = {
        "name": name, "profile_url": f"https://www.linkedin.com/in/{slug}/", "member_id": f"ACoAA{slug}",
        "day": day, "event_text": "Celebrate", "message_url": None, "prefill": None,
    }  # fmt: skip
    return BirthdayCard(**values | fields)


def a_search_person(name: str, **fields: Any) -> SearchPerson:
    slug = name.lower().replace(" ", "-")
    values = {
        "name": name, "profile_url": f"https://www.linkedin.com/in/{slug}/", "slug": slug,
        "member_id": f"ACoAA{slug}", "headline": None, "location": None, "degree": 2, "is_own": False,
    }  # fmt: skip
    return SearchPerson(**values | fields)


def an_invitation(name: str, age_text: str = "Sent 5 months ago", **fields: Any) -> Invitation:
    slug, seen = name.lower().replace(" ", "-"), age(age_text)
    values = {
        "name": name, "profile_url": f"https://www.linkedin.com/in/{slug}/", "slug": slug, "member_id": None,
        "age_text": age_text, "min_days": seen.min_days if seen else None,
        "max_days": seen.max_days if seen else None, "can_withdraw": True,
    }  # fmt: skip
    return Invitation(**values | fields)


def a_channel(clock: FakeClock, **fields: Any) -> NoticeChannel:
    """For notices of an hour ago and later."""
    values = {"name": "office", "kind": "email", "address": "office@example.org", "events": ["run_finished"]}
    channel = NoticeChannel(**values | fields)
    channel.full_clean()
    channel.save()
    NoticeChannel.objects.filter(pk=channel.pk).update(created_at=clock.now() - timedelta(hours=1))
    channel.refresh_from_db()
    return channel


def an_ended_run(campaign: Campaign, clock: FakeClock, outcome: str = "finished", **fields: Any) -> Run:
    run = Run.objects.start(campaign, ProcessIdentity.own(), clock.now())
    run.end(outcome, clock.now())
    Run.objects.filter(pk=run.pk).update(**fields)
    return run


def allow(user: User, *codenames: str) -> None:
    """Give a user these permissions beside those they have."""
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


def a_bit_of_everything(campaign: Campaign, name: str = "Ada Lovelace") -> tuple[Contact, Run, Action]:
    """Somebody with a planned action, one in doubt, a run that ended, and something that passed between us."""
    contact, account, now = a_contact(name, campaign), campaign.account, FakeClock().now()
    run = campaign.runs.create(
        account=account, status="ended", outcome="finished", fence=campaign.runs.count() + 1, started_at=now,
        heartbeat_at=now,
    )  # fmt: skip
    planned, _ = (
        campaign.actions.create(
            account=account, contact=contact, occasion=occasion, due_on=TODAY, expires_on=TODAY, text="Hello",
            status=status,
        )
        for occasion, status in (("birthday 2026", "planned"), ("birthday 2025", "unknown"))
    )  # fmt: skip
    Interaction.objects.create(
        contact=contact, account=account, type="profile_visit", happened_at=now, source_key=f"{contact.pk}",
        payload={"text": "Hello"},
    )  # fmt: skip
    return contact, run, planned


def preview_it(
    campaign: Campaign, network: FakeNetwork, clock: FakeClock | None = None, **options: Any
) -> tuple[Run, list[Proposal]]:
    clock = clock or FakeClock()
    world = world_of(network, clock)
    return preview_campaign(campaign, Options(**options), clock, lambda: opened(world), SilentListener())


def a_birthday_campaign() -> Campaign:
    """With one text for the day and one for later, and no others."""
    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}!")
    a_template("Happy belated birthday, {name}!", purpose="birthday_late")
    return a_campaign()


def run_it(
    campaign: Campaign,
    network: FakeNetwork,
    clock: FakeClock | None = None,
    world: World | None = None,
    should_stop: Any = lambda: False,
    listener: Any = None,
    **options: Any,
) -> Run:
    clock = clock or FakeClock()
    world = world or world_of(network, clock)
    return run_campaign(
        campaign, Options(**options), clock, lambda: opened(world), listener or SilentListener(), should_stop
    )


def statuses(campaign: Campaign) -> dict[str, str]:
    """Each contact's latest action's status."""
    actions = Action.objects.filter(campaign=campaign).select_related("contact").order_by("pk")
    return {action.contact.name: action.status for action in actions}
