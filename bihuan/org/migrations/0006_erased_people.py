from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0005_sign_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
