
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0002_seats_do_not_overlap'),
    ]

    operations = [
        migrations.CreateModel(
            name='CardCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('version', models.CharField(max_length=12)),
                ('number', models.PositiveIntegerField(default=0)),
                ('sent_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('read_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant')),
            ],
            options={
                'ordering': ['-sent_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person'], name='metrics_cards_unread')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key', 'version', 'person'), name='metrics_one_copy_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.DateField()),
                ('seq', models.PositiveBigIntegerField()),
                ('digests', models.JSONField(default=dict)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('closed_at', models.DateTimeField()),
                ('reopened_at', models.DateTimeField(null=True)),
                ('reopened_reason', models.CharField(blank=True, max_length=500)),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant')),
            ],
            options={
                'ordering': ['tenant_id', 'through'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('reopened_at__isnull', True)), fields=('tenant', 'through'), name='metrics_closed_once')],
            },
        ),
        migrations.CreateModel(
            name='MetricVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('valid_from', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('state', models.CharField(default='draft', max_length=12)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('edition', models.PositiveIntegerField(default=1)),
                ('checked_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant')),
            ],
            options={
                'ordering': ['tenant_id', 'key', 'number'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key', 'number'), name='metrics_one_version_per_number'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'checked', 'approved', 'withdrawn'])), name='metrics_version_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('made_by')), _negated=True), models.Q(('decided_by', models.F('checked_by')), _negated=True)), _connector='OR'), name='metrics_version_approved_by_a_second_person')],
            },
        ),
    ]
