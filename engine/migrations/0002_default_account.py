from django.db import migrations


def create_default_account(apps, schema_editor):
    """One person, one account: nobody has to create it first."""
    accounts = apps.get_model("engine", "Account").objects.using(schema_editor.connection.alias)
    accounts.get_or_create(name="default")


class Migration(migrations.Migration):
    dependencies = [("engine", "0001_initial")]
    operations = [migrations.RunPython(create_default_account, migrations.RunPython.noop)]
