from django.db import migrations

FILL = """
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE inbox_taskevent DISABLE TRIGGER inbox_taskevent_is_final;
    UPDATE inbox_taskevent event SET owner_id = task.owner_id
        FROM inbox_task task WHERE task.id = event.task_id AND event.owner_id IS NULL;
    ALTER TABLE inbox_taskevent ENABLE ALWAYS TRIGGER inbox_taskevent_is_final;
"""


class Migration(migrations.Migration):
    """Tasks of before have never changed hands, so each event is of whose task it is now."""

    dependencies = [("inbox", "0006_task_event_owner")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
