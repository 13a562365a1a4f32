import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0004_jobs'),
        ('org', '0003_fewer_locks'),
    ]

    operations = [
        migrations.CreateModel(
            name='JournalBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
                ('entries', models.TextField()),
                ('size', models.PositiveIntegerField()),
                ('form', models.PositiveSmallIntegerField(default=1)),
                ('root', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='JournalWaiting',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='base.journalentry')),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='journalentry',
            name='changes',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='door',
            field=models.CharField(blank=True, choices=[('page', 'Page'), ('api', 'Program'), ('command', 'Command'), ('job', 'Job')], max_length=10),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='on_behalf_of',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person'),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='reason',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='request_id',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='journalentry',
            name='actor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person'),
        ),
        migrations.AlterField(
            model_name='journalentry',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant'),
        ),
        migrations.AlterField(
            model_name='journalentry',
            name='verb',
            field=models.CharField(max_length=60),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(fields=['tenant', 'id'], name='base_journal_by_tenant'),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(fields=['tenant', 'verb', 'id'], name='base_journal_by_verb'),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(fields=['tenant', 'actor', 'id'], name='base_journal_by_actor'),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(fields=['tenant', 'recorded_at'], name='base_journal_by_time'),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(condition=models.Q(('request_id', ''), _negated=True), fields=['request_id'], name='base_journal_by_request'),
        ),
        migrations.AddField(
            model_name='journalblock',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant'),
        ),
        migrations.AddField(
            model_name='journalwaiting',
            name='tenant',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='org.tenant'),
        ),
        migrations.AddConstraint(
            model_name='journalblock',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='base_one_block_per_number'),
        ),
    ]
