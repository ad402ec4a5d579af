"""A selector as its page tells it: its health, and of a proposal what was there before and what is there now."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.functional import cached_property

from engine.models import LinkedInSelector, Snapshot
from engine.selectors.acting import clash_of
from engine.selectors.selector_file import defaults


class Proposal:
    """What a page proposed is hostile text until a person has compared it with what was there before."""

    def __init__(self, selector: LinkedInSelector, reader: AbstractBaseUser | AnonymousUser) -> None:
        self.selector, self.reader = selector, reader
        self.evidence = selector.evidence

    @property
    def before(self) -> str | None:
        fragment: str | None = self.evidence.get("before") or self.evidence.get("looks", {}).get("fragment")
        return fragment

    @property
    def after(self) -> str | None:
        fragment: str | None = self.evidence.get("after")
        return fragment

    @property
    def why(self) -> str:
        """What spoke for it, with the points of each."""
        return ", ".join(
            f"{name} {points}" for name, points in self.evidence.get("why", {}).items() if points
        )

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The page it was found on; None where it is purged, or not for these eyes."""
        pk = self.evidence.get("snapshot")
        if pk is None or not self.reader.has_perm("engine.view_snapshot"):  # type: ignore[union-attr]
            return None
        return Snapshot.objects.filter(pk=pk).first()

    @property
    def is_proposal(self) -> bool:
        return self.selector.origin == LinkedInSelector.Origin.PROPOSED

    @property
    def can_be_accepted(self) -> bool:
        return self.is_proposal and self.selector.state != LinkedInSelector.State.ACCEPTED

    @property
    def can_be_refused(self) -> bool:
        return self.is_proposal and self.selector.state != LinkedInSelector.State.REFUSED

    @cached_property
    def clash(self) -> str | None:
        """Why it may not be accepted."""
        return clash_of(self.selector, defaults()) if self.can_be_accepted else None

    @property
    def acts(self) -> bool:
        """Whether what it finds is clicked and cannot be undone."""
        known = defaults().selectors.get(self.selector.key)
        return known is not None and known.contract.acts
