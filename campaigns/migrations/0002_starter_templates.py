from django.db import migrations

STARTERS = [
    ("birthday", "en", "Happy birthday, {name}! I hope you have a lovely day."),
    ("birthday", "en", "Happy birthday {name}! Wishing you a great day and a wonderful year ahead."),
    ("birthday", "en", "All the best for your birthday, {name}! Enjoy your day."),
    ("birthday", "fr", "Joyeux anniversaire {name} ! Je te souhaite une très belle journée."),
    ("birthday", "fr", "Très bon anniversaire, {name} ! Que cette nouvelle année t’apporte plein de bonnes choses."),
    ("birthday", "fr", "Bon anniversaire {name} ! Profite bien de ta journée."),
    ("birthday_late", "en", "Happy belated birthday, {name}! I hope you had a lovely day."),
    ("birthday_late", "en", "A belated happy birthday, {name}! Wishing you a wonderful year ahead."),
    ("birthday_late", "en", "I am late (day +{days_late}), but it comes from the heart: happy birthday, {name}!"),
    ("birthday_late", "fr", "Joyeux anniversaire avec un peu de retard, {name} ! J’espère que tu as passé une belle journée."),
    ("birthday_late", "fr", "Bon anniversaire {name}, un peu en retard ! Je te souhaite une très belle année."),
    ("birthday_late", "fr", "J’arrive après la fête (J+{days_late}), mais le cœur y est : joyeux anniversaire, {name} !"),
]


def create_starters(apps, schema_editor):
    templates = apps.get_model("campaigns", "MessageTemplate").objects.using(schema_editor.connection.alias)
    counts: dict[tuple[str, str], int] = {}
    for purpose, language, text in STARTERS:
        counts[purpose, language] = number = counts.get((purpose, language), 0) + 1
        templates.get_or_create(
            name=f"{purpose} {language} {number}",
            defaults={"purpose": purpose, "language": language, "text": text},
        )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunPython(create_starters, migrations.RunPython.noop)]
