"""A year that nobody lived: runs, actions, interactions, permits and scores of the demonstration's contacts."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from campaigns.criteria import read_criteria
from campaigns.demo_people import Draw
from campaigns.demo_profiles import profile_of
from campaigns.models import Action, Campaign, MessageTemplate, Run, SourcedProfile
from contacts.birthdays import occurrence
from contacts.models import Contact, Interaction
from engine.models import SpentPermit

TEXTS = (
    "Happy birthday, {name}! I hope you have a lovely day.",
    "All the best for your birthday, {name}! Enjoy your day.",
    "Joyeux anniversaire {name} ! Je te souhaite une très belle journée.",
)
REPLIED = "{} wrote 2 days ago: “Would you have time for a call next week?”"
BUCKETS = {"birthday": "message", "sourcing": "visit", "invitations": "withdrawal"}
DAYS = 365


class DemoYear:
    """The past of some campaigns of one account, up to `now`."""

    def __init__(self, draw: Draw, now: datetime) -> None:
        self._draw, self._now = draw, now

    def live(self, campaigns: list[Campaign], people: list[Contact]) -> None:
        """`campaigns`: one of birthdays, one of a search, one of invitations."""
        birthday, sourcing, invitations = campaigns
        willing = [person for person in people if person.status == Contact.Status.ACTIVE]
        runs = self._runs(zip(campaigns, (range(1, DAYS), range(1, DAYS, 3), range(2, DAYS, 7)), strict=True))
        self._wishes(birthday, willing, runs[birthday.pk])
        self._visits(sourcing, willing[:400], runs[sourcing.pk])
        self._withdrawals(invitations, willing[400:700], runs[invitations.pk])
        told = [run for each in runs.values() for run in each.values()]
        Run.objects.bulk_update(told, ["to_do", "ended_at"], batch_size=200)

    def _wishes(self, campaign: Campaign, people: Iterable[Contact], runs: dict[int, Run]) -> None:
        today = self._now.date()
        starters = {template.text: template for template in MessageTemplate.objects.all()}
        actions = []
        for person in people:
            if person.birthday is None:
                continue
            day = occurrence(person.birthday, today.year)
            day = day if day <= today else occurrence(person.birthday, today.year - 1)
            ago = (today - day).days
            text = self._draw.of(TEXTS, "text", person.pk)
            action = Action(
                campaign=campaign, account=campaign.account, contact=person, occasion=f"birthday {day.year}",
                due_on=day, expires_on=day + timedelta(days=10), template=starters.get(text),
                text=text.format(name=person.first_name),
            )  # fmt: skip
            self._decide(action, ago, runs)
            actions.append(action)
        self._keep(actions)

    def _decide(self, action: Action, ago: int, runs: dict[int, Run]) -> None:
        """What became of a wish: the last two days' wait, the latest week leaves two doubts, most others arrived."""
        number = action.contact.pk
        if ago < 2:
            if self._draw.is_one_in(4, "replied", number):
                action.held = REPLIED.format(action.contact.name)
            return
        fate = self._draw.below(100, "fate", number)
        action.run, ended_at = runs[ago], self._next_in(runs[ago])
        if ago < 7 and fate < 12:
            action.status, action.sending_at = Action.Status.UNKNOWN, ended_at
            action.reason = "the browser went away after the click"
        elif fate < 5:
            action.status, action.reason = Action.Status.FAILED, "the profile's page did not load"
        elif fate < 9:
            action.status, action.reason = Action.Status.EXPIRED, f"its last day was {action.expires_on}"
        elif fate < 25:
            action.status, action.reason = Action.Status.SKIPPED, "already wished by hand"
        else:
            self._done(action, ended_at)
            if ago > 30 and self._draw.is_one_in(6, "read again", number):
                action.replied = self._draw.is_one_in(2, "answered", number)
        action.ended_at = None if action.status == Action.Status.UNKNOWN else ended_at

    def _visits(self, campaign: Campaign, people: list[Contact], runs: dict[int, Run]) -> None:
        actions, profiles = [], []
        for number, person in enumerate(people):
            ago = self._draw.of(sorted(runs), "visited", number)
            action = self._past(campaign, person, f"visit {number}", ago, runs[ago])
            actions.append(action)
            profiles.append(self._profile(campaign, person, number, action.ended_at or self._now))
        self._keep(actions)
        SourcedProfile.objects.bulk_create(profiles, batch_size=200)

    def _profile(self, campaign: Campaign, person: Contact, number: int, read_at: datetime) -> SourcedProfile:
        found = SourcedProfile(
            campaign=campaign, contact=person, search_page=number // 10 + 1, search_index=number % 10, read_at=read_at,
            profile=profile_of(person, self._draw, read_at.date()).as_json(),
        )  # fmt: skip
        found.rate(read_criteria(campaign.criteria))
        return found

    def _withdrawals(self, campaign: Campaign, people: list[Contact], runs: dict[int, Run]) -> None:
        days = sorted(runs)
        self._keep(
            self._past(campaign, person, f"withdraw {number}", day, runs[day])
            for number, person in enumerate(people)
            for day in [self._draw.of(days, "withdrawn", number)]
        )

    def _past(self, campaign: Campaign, person: Contact, occasion: str, ago: int, run: Run) -> Action:
        day = self._now.date() - timedelta(days=ago)
        action = Action(
            campaign=campaign, account=campaign.account, contact=person, occasion=occasion, due_on=day,
            expires_on=day, run=run,
        )  # fmt: skip
        self._done(action, self._next_in(run))
        return action

    def _done(self, action: Action, at: datetime) -> None:
        action.status, action.sending_at, action.ended_at = Action.Status.DONE, at, at
        action.evidence = {"recipient": action.contact.profile_url, "proof": "seen on the page afterwards"}

    def _keep(self, made: Iterable[Action]) -> None:
        """The actions, and of those done the interactions and the permits that they took."""
        actions = Action.objects.bulk_create(made, batch_size=200)
        done = [action for action in actions if action.status in (Action.Status.DONE, Action.Status.UNKNOWN)]
        Interaction.objects.bulk_create(self._interactions(done), batch_size=500)
        SpentPermit.objects.bulk_create(self._permits(done), batch_size=500)

    def _interactions(self, done: Iterable[Action]) -> Iterator[Interaction]:
        for action in done:
            if action.status == Action.Status.DONE and action.sending_at:
                yield Interaction(
                    contact=action.contact, account=action.account, type=action.campaign.experience,
                    happened_at=action.sending_at, source_key=f"action:{action.pk}",
                    payload={"occasion": action.occasion, "text": action.text, "action": action.pk},
                )  # fmt: skip
                if action.replied:
                    at = action.sending_at + timedelta(hours=5)
                    yield Interaction(
                        contact=action.contact, account=action.account, type=Interaction.Type.REPLY,
                        happened_at=at, source_key=f"reply:{action.pk}",
                        payload={"occasion": action.occasion, "action": action.pk, "day": f"{at:%Y-%m-%d}"},
                    )  # fmt: skip

    def _permits(self, done: Iterable[Action]) -> Iterator[SpentPermit]:
        for action in done:
            if action.sending_at and action.sending_at > self._now - timedelta(days=8):
                yield SpentPermit(
                    account=action.account, bucket=BUCKETS[action.campaign.kind], attempt_id=UUID(int=action.pk),
                    run_id=action.run_id, taken_at=action.sending_at, spacing_seconds=90,
                )  # fmt: skip

    def _runs(self, days: Iterable[tuple[Campaign, Iterable[int]]]) -> dict[int, dict[int, Run]]:
        """Ended runs in the order of their days; for each campaign by how many days ago."""
        runs = {campaign.pk: {ago: self._run(campaign, ago) for ago in each} for campaign, each in days}
        ordered = sorted(
            (run for each in runs.values() for run in each.values()), key=lambda run: run.started_at
        )
        for fence, run in enumerate(ordered, 1):
            run.fence = fence
        Run.objects.bulk_create(ordered, batch_size=200)
        return runs

    def _run(self, campaign: Campaign, ago: int) -> Run:
        outcome, reason = Run.Outcome.FINISHED, "everything planned was done"
        if self._draw.is_one_in(12, campaign.kind, "outcome", ago):
            outcome, reason = self._draw.of(
                (
                    (Run.Outcome.LIMIT_REACHED, "15 in 24 hours"),
                    (Run.Outcome.BROWSER_FAILED, "the browser did not answer within 60 s"),
                    (Run.Outcome.STOPPED, "a person asked for it"),
                ),
                campaign.kind, "why", ago,
            )  # fmt: skip
        began = self._at(ago, campaign.kind, "run") - timedelta(minutes=20)
        return Run(
            campaign=campaign, account=campaign.account, status=Run.Status.ENDED, outcome=outcome, reason=reason,
            started_at=began, heartbeat_at=began, ended_at=began + timedelta(minutes=40),
        )  # fmt: skip

    def _next_in(self, run: Run) -> datetime:
        """When the run had done one more, which it takes two minutes for."""
        run.to_do += 1
        run.ended_at = run.started_at + timedelta(minutes=2) * (run.to_do + 1)
        return run.started_at + timedelta(minutes=2) * run.to_do

    def _at(self, ago: int, *what: object) -> datetime:
        """Within the working hours of that day, and never in the future."""
        day: date = self._now.date() - timedelta(days=ago)
        minutes = self._draw.below(540, "minutes", ago, *what)
        return min(datetime.combine(day, time(8), UTC) + timedelta(minutes=minutes), self._now)
