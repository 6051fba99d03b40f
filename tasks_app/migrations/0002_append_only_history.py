"""History is append-only for the database too."""

from django.db import migrations

from ._append_only import guard, unguard


class Migration(migrations.Migration):
    dependencies = [("tasks_app", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
