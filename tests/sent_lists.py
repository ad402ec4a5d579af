"""Pages of sent invitations made to mislead, from the facts that are known of the network's."""

from dataclasses import dataclass

from engine.browser import Browser
from engine.models import Account
from engine.pace import SystemClock
from engine.pages import invitations
from engine.pages.base import Window
from engine.ports import Recipient
from tests.captures import NAV, Shelf, page

ADA_ID = "ACoAAadamartin00000000000000000000000001"
ADA = Recipient(
    frozenset({"ada-martin"}), frozenset(), "https://www.linkedin.com/in/ada-martin/", "Ada Martin"
)
ROW = """<div role="listitem" {more}><a href="/in/{slug}/"><figure></figure></a><p><a href="/in/{slug}/">{name}</a></p>
<p>Harbour pilot</p><p>{age}</p>{control}</div>"""
CONTROL = '<a href="#" class="row" aria-label="Withdraw invitation sent to {name}">Withdraw</a>'
ASK = """<div id="ask" style="position:fixed;top:20px;left:20px;background:white">{text}
<button onclick="this.parentElement.remove()">Cancel</button>{buttons}</div>"""
CONFIRM = '<button id="yes" aria-label="Withdraw invitation sent to {name}">Withdraw</button>'
SCRIPT = """<template id="question">{ask}</template><script>
document.querySelectorAll('.row').forEach((row) => row.addEventListener('click', (event) => {{
  event.preventDefault();
  {before}
  document.body.append(document.getElementById('question').content.cloneNode(true));
  document.querySelectorAll('#ask button').forEach((button) => button.addEventListener('click', (click) => {{
    if (button.textContent === 'Cancel') return;
    fetch('/clicked/' + button.id + '/' + click.isTrusted);
    {after}
  }}));
}}));
</script>"""
GONE = """document.getElementById('ask').remove(); row.closest('[role=listitem]').remove();
const chip = document.querySelector('#chip'); if (chip) chip.textContent = 'People (1)';"""


def a_row(name="Ada Martin", slug="ada-martin", age="Sent 3 weeks ago", control=CONTROL, more=""):
    return ROW.format(name=name, slug=slug, age=age, control=control.format(name=name), more=more)


def a_list(*rows, chip="People (2)", ask=None, before="", after=GONE, foot=""):
    ask = ask if ask is not None else ASK.format(text="", buttons=CONFIRM.format(name="Ada Martin"))
    tab = f'<a id="chip" href="/mynetwork/invitation-manager/sent/CONNECTION/">{chip}</a>' if chip else ""
    script = SCRIPT.format(ask=ask, before=before, after=after)
    lines = f'<div data-testid="lazy-column" data-component-type="LazyColumn">{"".join(rows)}</div>'
    return page(f"<body>{NAV}<main>{tab}<h1>Invitations</h1>{lines}{foot}</main>{script}</body>")


BO = a_row("Bo Lind", "bo-lind", "Envoyé il y a 1 mois")


@dataclass
class SentList:
    browser: Browser
    shelf: Shelf
    account: Account

    def show(self, content: bytes) -> Window:
        """A window before this page."""
        self.shelf.clear_after(self.browser.driver)
        self.shelf.pages[invitations.PATH] = content
        return Window(self.browser, self.account, SystemClock(), base_url=self.shelf.url, patience=0.25)
