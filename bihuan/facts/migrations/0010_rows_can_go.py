
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('facts', '0009_find_customers_faster'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='rows_gone_at',
            field=models.DateTimeField(null=True),
        ),
    ]
