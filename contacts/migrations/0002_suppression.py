"""The list of those who said no, with everybody on it who said so before; the birthday index in its paged form."""

import hmac

from django.conf import settings
from django.db import migrations, models

from contacts.profile_urls import InvalidProfileUrl, slug_of


def put_on_the_list(apps, schema_editor):
    """As contacts/suppression.py hashed when this was written."""
    alias = schema_editor.connection.alias
    suppression = apps.get_model("contacts", "Suppression").objects.using(alias)
    silenced = apps.get_model("contacts", "Contact").objects.using(alias).filter(status="do_not_contact")
    for contact in silenced.prefetch_related("aliases").iterator(chunk_size=500):
        addresses = [contact.profile_url, *(one.profile_url for one in contact.aliases.all())]
        keys = {key for address in addresses for key in key_of(address)}
        keys |= {f"profile:{contact.member_id}"} if contact.member_id else set()
        keys |= {f"email:{contact.email.strip().lower()}"} if contact.email.strip() else set()
        for key in keys:
            defaults = {"key_id": digest_of("which key is this?")[:16], "effect": "silenced"}
            suppression.get_or_create(digest=digest_of(key), defaults=defaults)


def key_of(address):
    try:
        return [f"profile:{slug_of(address)}"]
    except InvalidProfileUrl:
        return []


def digest_of(key):
    return hmac.digest(settings.PRIVACY_KEY.encode(), f"contacts.suppression\0{key}".encode(), "sha256").hex()


class Migration(migrations.Migration):

    dependencies = [
        ("contacts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("key_id", models.CharField(max_length=16)),
                ("effect", models.CharField(choices=[("silenced", "may be recorded, is never contacted"), ("erased", "is not recorded again")], max_length=10)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("digest",), name="suppression_digest_uniq")],
            },
        ),
        migrations.RemoveIndex(model_name="contact", name="contact_birthday_idx"),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(condition=models.Q(("birth_month__isnull", False)), fields=["birth_month", "birth_day", "id"], name="contact_birthday_idx"),
        ),
        migrations.RunPython(put_on_the_list, migrations.RunPython.noop, elidable=True),
    ]
