"""One person's profile with a composer whose parts are turned one by one, on a page made to mislead."""

from dataclasses import dataclass

from engine.browser import Browser
from engine.models import Account
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.ports import Recipient
from tests.captures import NAV, Shelf, page

ADA = "ACoAAadamartin00000000000000000000000001"
EVE = "ACoAAevelarsen00000000000000000000000002"
TEXT = "Happy birthday, Ada!"
RECIPIENT = Recipient(
    frozenset({"ada-martin"}), frozenset({ADA}), "https://www.linkedin.com/in/ada-martin/", "Ada Martin"
)

PROFILE = """
<main><section componentkey="com.linkedin.sdui.profile.card.ref{id}Topcard">
<a href="/in/ada-martin/overlay/contact-info/">Contact info</a><h2>Ada Martin</h2><p>· 1st</p>
<a id="open" href="/messaging/compose/?recipient={id}&amp;profileUrn=urn%3Ali%3Afsd_profile%3A{id}">Message</a>
</section></main>{around}<div id="place"></div><template id="form">{composer}</template>
<script>
const place = document.getElementById('place');
const open_composer = () => {{
  place.append(document.getElementById('form').content.cloneNode(true));
  const box = document.querySelector('#box'), send = document.querySelector('#send');
  box.addEventListener('{hears}', () => {{ if (send) send.disabled = !box.textContent.trim(); }});
  const leave = async (event) => {{
    event.preventDefault();
    await fetch('/sent?' + event.isTrusted);
    {after}
  }};
  if (send) send.addEventListener('click', leave);
  else box.addEventListener('keydown', (event) => event.key === 'Enter' && !event.shiftKey && leave(event));
  const others = document.querySelectorAll('button:not(#send)');
  others.forEach((other) => other.addEventListener('click', () => fetch('/wrong')));
}};
document.getElementById('open').addEventListener('click', (event) => {{ event.preventDefault(); open_composer(); }});
</script>"""

SHOW = """
    const row = document.createElement('li');
    row.innerHTML = '<div class="msg-s-event-listitem %s" data-event-urn="urn:1">'
      + '<p class="msg-s-event-listitem__body"></p>%s</div>';
    row.querySelector('p').innerText = box.innerText;
    document.querySelector('#thread').append(row);
    box.textContent = '';
"""

HINT = "<p>Press Enter to Send</p>"
STYLE = "position: fixed; right: 20px; bottom: 0; width: 400px; background: white"


@dataclass
class Fake:
    """One person's profile with a composer whose parts are turned one by one."""

    header: str = f'<header><h2><a href="/in/{ADA}/">Ada Martin</a></h2></header>'
    thread: str = '<div role="log"><ul id="thread"></ul></div>'
    box: str = '<div id="box" contenteditable="true" role="textbox">Have a great day</div>'
    send: str = '<button id="send" type="submit" disabled>Send</button>'
    around: str = ""
    hears: str = "input"
    after: str = SHOW % ("", "")
    member_id: str = ADA

    def page(self) -> bytes:
        form = f"<form>{self.box}{self.send}</form>"
        composer = f'<div style="{STYLE}">{self.header}{self.thread}{form}</div>'
        body = PROFILE.format(
            id=self.member_id, composer=composer, around=self.around, hears=self.hears, after=self.after
        )
        return page(NAV + body)


@dataclass
class Composers:
    browser: Browser
    shelf: Shelf
    account: Account

    def put(self, **turned: str) -> PagesNetwork:
        """The network whose profile of Ada has the composer with these parts turned."""
        self.shelf.clear_after(self.browser.driver)
        self.shelf.pages["/in/ada-martin/"] = Fake(**turned).page()
        self.shelf.pages["/messaging/compose/"] = page(
            f"{NAV}<main><p>Say hello to Ada Martin in a new way.</p></main>"
        )
        self.shelf.pages["/sent"] = self.shelf.pages["/wrong"] = b"ok"
        return PagesNetwork(self.browser, self.account, SystemClock(), base_url=self.shelf.url, patience=0.25)
