from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0006_erased_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='scopes',
            field=models.JSONField(default=["*"]),
            preserve_default=False,
        ),
    ]
