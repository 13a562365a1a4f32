
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goals', '0008_market_events_are_kept'),
        ('org', '0003_fewer_locks'),
    ]

    operations = [
        migrations.CreateModel(
            name='TargetsStamp',
            fields=[
                ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='org.tenant')),
                ('number', models.PositiveBigIntegerField(default=0)),
            ],
        ),
    ]
