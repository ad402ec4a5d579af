"""Seeded changes to the pages, as a monthly release of the network's would make them, and worse."""

import random
from html import escape

# A careful visitor can still do what they came for.
BENIGN = {
    "classes": "every class has another name",
    "wrap": "some controls and texts stand in further elements",
    "reorder": "some neighbouring blocks have changed places",
    "drop-testid": "there is no data-testid",
    "drop-key": "there is no componentkey",
    "drop-view": "there is no data-view-name",
    "drop-screen": "there is no data-sdui-screen",
    "drop-icons": "no icon has an id",
    "hidden-twin": "an invisible twin stands beside the button that acts",
    "lookalike": "a disabled look-alike stands beside the button that acts",
    "swap-place": "a Report button stands where the button that acts stood",
}
# Who cannot tell what is what must not click; who can may go on.
HOSTILE = {
    "visible-twin": "a visible twin stands beside the button that acts and does harm",
    "translate": "the labels of controls are in a language nobody knows",
    "empty": "the controls have no labels",
    "cover": "something invisible covers the button that acts and swallows clicks",
    "swap-hooks": "Report has the classes and keys of the button that acts, which has none of its own",
    "swap-icons": "the icons have changed places",
    "second-composer": "an unrelated second composer is open",
    "delete": "the button that acts has become Delete",
    "report": "the button that acts has become Report",
}
MUTATIONS = BENIGN | HOSTILE
SHARE_OF_HOSTILE = 0.45


def chosen(mutation: int | str) -> list[str]:
    """The names behind a seed; or those that are given, with commas between them."""
    if isinstance(mutation, str) and not mutation.isdecimal():
        names = mutation.split(",")
        if unknown := [name for name in names if name not in MUTATIONS]:
            raise ValueError(f"{unknown[0]!r} is no mutation; there are {', '.join(MUTATIONS)}")
        return names
    return _drawn(int(mutation))


def _drawn(seed: int) -> list[str]:
    """One to three changes, at most one kind of hook lost, and less than half of the time a hostile one."""
    dice = random.Random(f"mutation {seed}")  # noqa: S311 - the same seed must change the same things
    lost = dice.choice([name for name in BENIGN if name.startswith("drop-")])
    others = [name for name in BENIGN if not name.startswith("drop-")]
    names = dice.sample([lost, *others], dice.randint(1, 3))
    return [*names, dice.choice(list(HOSTILE))] if dice.random() < SHARE_OF_HOSTILE else names


def describe_mutation(mutation: int | str) -> list[str]:
    """What is changed, in words."""
    return [f"{name}: {MUTATIONS[name]}" for name in chosen(mutation)]


def is_hostile(mutation: int | str) -> bool:
    """Whether a careful visitor may have to leave without having done anything."""
    return any(name in HOSTILE for name in chosen(mutation))


def mutate(html: str, mutation: int | str) -> str:
    """The page with the script that changes it, before every script of its own."""
    plan, seed = escape(",".join(chosen(mutation))), escape(str(mutation))
    script = f'<script src="/static/mutations.js" data-plan="{plan}" data-seed="{seed}"></script>'
    return html.replace("<head>", f"<head>{script}", 1)
