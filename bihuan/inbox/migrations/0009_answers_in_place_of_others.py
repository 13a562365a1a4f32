import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_task_event_has_owner"), ("org", "0002_seats_do_not_overlap")]
    operations = [
        migrations.AddField(
            model_name="answer",
            name="deputy",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        )
    ]
