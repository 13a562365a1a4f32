import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0006_journal_waits_for_its_seal'),
    ]

    operations = [
        migrations.CreateModel(
            name='JournalRedaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leaf', models.CharField(max_length=64)),
                ('leaf_now', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('entry', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='base.journalentry')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
