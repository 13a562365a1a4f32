
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goals', '0009_targets_stamp'),
    ]

    operations = [
        migrations.AddField(
            model_name='weightprofile',
            name='follows',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.weightprofile'),
        ),
    ]
