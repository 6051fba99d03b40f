"""Counts of the tasks, kept by triggers."""

from django.db import migrations, models

from ._counted import count, stop


class Migration(migrations.Migration):

    dependencies = [
        ('tasks_app', '0009_search_and_orderings'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaskCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('change', 'Change'), ('owner', 'Owner'), ('all', 'All')], max_length=10)),
                ('owner_id', models.IntegerField(null=True)),
                ('operation', models.CharField(max_length=100)),
                ('status', models.CharField(max_length=30)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('owner_id__isnull', False)), fields=['owner_id'], name='count_owner'), models.Index(condition=models.Q(('scope__in', ['change', 'all'])), fields=['scope'], name='count_scope')],
            },
        ),
        migrations.RunPython(count, stop),
    ]
