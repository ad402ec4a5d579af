"""What an empty list says: how the first row comes to stand in it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIRST_STEPS: Final[dict[str, Promise]] = {
    "contacts.contact": _(
        "Import a file of your connections or of birthdays: LinkedIn's own export, a vCard or a calendar. "
        "A run of a birthday campaign adds those whom the network's list shows."
    ),
    "contacts.tag": _("A tag groups people: add one, then give it to them on their page."),
    "contacts.interaction": _("What runs did for somebody, and what came back, is written down here."),
    "campaigns.campaign": _(
        "A campaign says whom to reach, why and when. Begin with birthdays, and with a dry run: it shows who, why and "
        "with which text, and sends nothing."
    ),
    "campaigns.run": _("Open a campaign and start a dry run: it shows what would be done, and does nothing."),
    "campaigns.messagetemplate": _(
        "Wishes are written from templates: add one for each language you write in."
    ),
    "campaigns.action": _("A run puts here what it plans for each person, before it does anything."),
    "campaigns.notice": _("What staff have to know at once is told here: a pause, a doubt, a missed run."),
    "campaigns.noticechannel": _("Add an address to which notices go: a mailbox or a web hook."),
    "campaigns.noticedelivery": _("Each notice that went to a channel, or could not, stands here."),
    "engine.account": _(
        "An account is one person's own on the network: add it, then sign in with manage.py log_in."
    ),
    "engine.spentpermit": _(
        "Each message, visit and withdrawal takes a permit of its account's limits first."
    ),
    "engine.linkedinselector": _(
        "How well the parts of the network's pages are found is noted here run by run."
    ),
    "engine.snapshot": _("Good: no run has met a page that was not as expected in the last days."),
    "engine.browserprocess": _("Good: no browser is at work, and none was left behind."),
    "api.apikey": _("Programs reach the API with a key: add one; it is shown once."),
    "audit.entry": _("Whoever changes anything, in here or by a program, is written down here."),
    "axes.accessattempt": _("Good: nobody has failed to sign in lately."),
    "otp_totp.totpdevice": _(
        "Nobody has one yet: each sets up their own, by “Your second factor” in the menu at their name."
    ),
    "django_tasks_database.dbtaskresult": _(
        "What was asked for waits here until manage.py run_worker takes it."
    ),
}
