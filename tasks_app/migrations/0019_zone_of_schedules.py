from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks_app", "0018_groups_of_schedules")]

    operations = [
        migrations.AddField(
            model_name="schedule",
            name="zone",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=63
            ),
        ),
    ]
