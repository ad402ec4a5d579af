"""Which page answers a request: the gates in front first, then the pages."""

import re
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from urllib.parse import quote

from engine.sandbox import (
    composing,
    connections,
    control,
    gates,
    invitations,
    pages,
    profiles,
    search,
    session,
)
from engine.sandbox.exchange import Answer, Request, redirect
from engine.sandbox.markup import STATIC, Markup
from engine.sandbox.misleading import mislead, read_misleading
from engine.sandbox.mutations import mutate
from engine.sandbox.town import Town

Page = Callable[[Town, Markup, Request, str], Answer]

# Behind the pages: neither counted as a page nor led to another one.
BACKSTAGE = ("/flagship-web/", "/voyager/", "/preload/", "/static/")
CHALLENGE = "/checkpoint/challenge/"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

PUBLIC: list[tuple[str, Page]] = [
    (r"/flagship-web/clicked", control.clicked),
    (r"/(?:uas/)?login/?", pages.login),
    (r"/checkpoint/lg/login-submit", pages.submit_login),
    (r"/checkpoint/challenge/captchaInternal", pages.captcha_frame),
    (r"/checkpoint/challenge/verify", pages.verify),
    (r"/checkpoint/challenge/([^/]*)/?", pages.checkpoint),
    (r"/authwall/?", pages.authwall),
]
PRIVATE: list[tuple[str, Page]] = [
    (r"/", pages.to_feed),
    (r"/feed/?", pages.feed),
    (r"/mynetwork(?:/catch-up/(?:birthday|all))?/?", pages.birthdays),
    (r"/in/([^/]+)/?", profiles.profile),
    (r"/in/([^/]+/details/(?:experience|education|certifications|skills|languages))/?", profiles.details),
    (r"/search/results/people/?", search.search),
    (r"/search/results/people/headless/?", search.headless),
    (r"/mynetwork/invitation-manager/sent(?:/CONNECTION)?/?", invitations.sent),
    (r"/mynetwork/invite-connect/connections/?", connections.connections),
    (r"/404/?", pages.not_found),
    (r"/preload/", pages.preload),
    (r"/messaging/compose/?", composing.compose),
    (r"/messaging/?", composing.compose),
    (r"/messaging/thread/([^/]+)/?", composing.thread),
    (r"/flagship-web/never", pages.never),
    (r"/flagship-web/rsc/birthdays", pages.more_birthdays),
    (r"/flagship-web/rsc/profile", profiles.cards),
    (r"/flagship-web/rsc/details", profiles.more_details),
    (r"/flagship-web/rsc/invitations", invitations.more_sent),
    (r"/flagship-web/rsc/connections", connections.more_connections),
    (r"/flagship-web/withdraw-dialog", invitations.dialog),
    (r"/flagship-web/composer", composing.open_composer),
    (r"/flagship-web/bubbles", composing.open_bubbles),
    (r"/voyager/api/messages", composing.older_messages),
    (r"/voyager/api/voyagerRelationshipsDashInvitations", invitations.withdraw),
    (r"/voyager/api/voyagerMessagingDashMessengerMessages", composing.send),
]


class Site:
    """Answers requests for one town; `stopping` ends every wait."""

    def __init__(self, town: Town, markup: Markup, stopping: Event) -> None:
        self.town = town
        self.markup = markup
        self.stopping = stopping

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/__sandbox__/"):
            return control.answer(self.town, request)
        if request.path.startswith("/static/"):
            return self._static(request.path.removeprefix("/static/"))
        self._note(request)
        return self._broken(request) or self._find(PUBLIC, request) or self._private(request)

    def _note(self, request: Request) -> None:
        query = "?" + "&".join(f"{name}={value}" for name, value in request.query.items())
        self.town.requests.append(request.path + (query if request.query else ""))
        if wait_ms := self.town.faults.number("slow", 0):
            self.stopping.wait(wait_ms / 1000)

    def _broken(self, request: Request) -> Answer | None:
        faults = self.town.faults
        if faults.hits("error_500", request.path):
            return Answer("Internal Server Error", 500, "text/plain; charset=utf-8")
        if faults.hits("rate_limited", request.path):
            return Answer(status=429)
        if request.path.startswith(BACKSTAGE):
            return None
        if faults.hits("redirect_loop", request.path):
            return redirect(quote(request.path))
        return gates.gate(self.town, self.markup, request)

    def _private(self, request: Request) -> Answer:
        if not session.is_signed_in(self.town, request):
            is_backstage = request.path.startswith(BACKSTAGE)
            return Answer(status=401) if is_backstage else session.send_away(request)
        if self._is_challenged(request):
            return redirect(f"{CHALLENGE}AgG{quote(self.town.own.thread_id[2:30])}?ut=sandbox")
        return self._mutated(request, self._find(PRIVATE, request) or redirect("/404/"))

    def _mutated(self, request: Request, answer: Answer) -> Answer:
        is_page = answer.kind == Answer.kind and not request.path.startswith(BACKSTAGE)
        if is_page and self.town.faults.text("mislead"):
            answer = self._misled(answer)
        if not is_page or not self.town.faults.has("mutation"):
            return answer
        return replace(answer, body=mutate(answer.body, self.town.faults["mutation"]))

    def _misled(self, answer: Answer) -> Answer:
        how, slug = read_misleading(self.town.faults.text("mislead"))
        other = self.town.by_slug(slug) or self.town.last_connection
        return mislead(answer, how, other, self.town.name(other))

    def _is_challenged(self, request: Request) -> bool:
        """Once asked, the question stays until it is answered or the knob is taken away."""
        town, limit = self.town, self.town.faults.number("checkpoint_after", -1)
        prefix = town.faults.text("checkpoint_at")
        if limit < 0 and not prefix:
            town.is_challenged = False
            return False
        if not request.path.startswith(BACKSTAGE):
            town.views += limit >= 0
            town.is_challenged |= 0 <= limit < town.views
        town.is_challenged |= bool(prefix) and request.path.startswith(prefix)
        return town.is_challenged and not request.path.startswith(BACKSTAGE)

    def _find(self, table: list[tuple[str, Page]], request: Request) -> Answer | None:
        for pattern, page in table:
            if found := re.fullmatch(pattern, request.path):
                return page(self.town, self.markup, request, found[1] if found.groups() else "")
        return None

    def _static(self, name: str) -> Answer:
        if name == "style.css":
            return Answer(self.markup.render(name), kind=KINDS[".css"])
        if (file := STATIC / name).parent == STATIC and file.is_file():
            return Answer(file.read_text(encoding="utf-8"), kind=KINDS[file.suffix])
        return Answer(status=404)
