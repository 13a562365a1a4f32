import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0007_owners_of_events")]
    operations = [
        migrations.AlterField(
            model_name="taskevent",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.person"
            ),
        )
    ]
