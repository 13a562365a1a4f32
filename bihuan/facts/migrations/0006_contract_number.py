

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('facts', '0005_block_form'),
    ]

    operations = [
        migrations.AddField(
            model_name='fact',
            name='contract',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
    ]
