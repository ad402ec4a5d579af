"""The languages that people speak, by their names and levels as profiles show them in English and French."""

from campaigns.words import Passage, find, fold

NAMES = (
    ("english", "anglais", "englisch", "ingles", "inglese", "engels"),
    ("french", "francais", "franzosisch", "frances", "francese", "frans"),
    ("german", "allemand", "deutsch", "aleman", "tedesco", "alemao", "duits"),
    (
        "spanish",
        "espagnol",
        "spanisch",
        "espanol",
        "castellano",
        "castillan",
        "spagnolo",
        "espanhol",
        "spaans",
    ),
    ("italian", "italien", "italienisch", "italiano", "italiaans"),
    ("portuguese", "portugais", "portugiesisch", "portugues", "portoghese", "portugees"),
    ("dutch", "neerlandais", "flamand", "flemish", "niederlandisch", "nederlands", "holandes", "olandese"),
    ("russian", "russe", "russisch", "ruso", "russo"),
    ("arabic", "arabe", "arabisch", "arabo"),
    ("chinese", "chinois", "mandarin", "chinesisch", "chino", "cinese"),
    ("japanese", "japonais", "japanisch", "japones", "giapponese"),
    ("korean", "coreen", "koreanisch", "coreano"),
    ("polish", "polonais", "polnisch", "polaco", "polacco", "polski"),
    ("romanian", "roumain", "rumanisch", "rumano", "rumeno", "romana"),
    ("turkish", "turc", "turkisch", "turco", "turkce"),
    ("greek", "grec", "griechisch", "griego", "greco"),
    ("swedish", "suedois", "schwedisch", "sueco", "svenska"),
    ("danish", "danois", "danisch", "danes", "dansk"),
    ("norwegian", "norvegien", "norwegisch", "noruego", "norsk"),
    ("finnish", "finnois", "finnisch", "finlandes", "suomi"),
    ("ukrainian", "ukrainien", "ukrainisch", "ucraniano", "ucraino"),
    ("hindi",),
    ("hebrew", "hebreu", "hebraisch", "hebreo", "ebraico"),
    ("vietnamese", "vietnamien", "vietnamesisch", "vietnamita"),
    ("catalan", "katalanisch", "catala"),
    ("czech", "tcheque", "tschechisch", "checo", "ceco"),
    ("hungarian", "hongrois", "ungarisch", "hungaro", "ungherese"),
)
LEVELS = ("elementary", "limited", "professional", "full", "native")
# The first that a level's text holds decides, so the narrower ones stand first.
_SIGNS = (
    ("native", ("native", "bilingual", "bilingue", "natale", "maternelle", "mother tongue", "c2")),
    ("limited", ("limited", "limitee", "intermediate", "intermediaire", "b1")),
    ("full", ("full professional", "complete", "fluent", "courant", "c1")),
    ("professional", ("professional", "professionnelle", "professionnel", "b2")),
    ("elementary", ("elementary", "elementaire", "notions", "beginner", "debutant", "basic", "a1", "a2")),
)


def names_of(language: str) -> tuple[str, ...]:
    """The names of a language in other languages, its own first."""
    own = fold(language).strip()
    same = next((names for names in NAMES if own in names), ())
    return own, *(name for name in same if name != own)


def is_spoken(language: str, shown: Passage) -> bool:
    return any(find(name, shown) for name in names_of(language))


def level_of(shown: str) -> str | None:
    """The level that a text says; None where it says none that is known."""
    passage = Passage("level", shown)
    for level, signs in _SIGNS:
        if any(find(sign, passage) for sign in signs):
            return level
    return None
