from django.db import migrations

from bihuan.base.append_only import forbid_change
from bihuan.base.dated_rows import forbid_overlap

KEYS = (
    ("goals_one_quota_of_a_person_a_day", "person_id"),
    ("goals_one_quota_of_a_unit_a_day", "unit_id"),
)


class Migration(migrations.Migration):
    dependencies = [("goals", "0003_cycles")]
    operations = [
        *(
            forbid_change(table)
            for table in (
                "goals_edit",
                "goals_revision",
                "goals_dimensiontarget",
                "goals_selfrating",
            )
        ),
        # Written anew with locks that a cycle of ten thousand people does not exhaust.
        *(
            forbid_overlap(
                "goals_quota",
                ["tenant_id", "metric", bearer],
                name=name,
                condition=f"ended_at IS NULL AND {bearer} IS NOT NULL",
                by=bearer,
                again=True,
            )
            for name, bearer in KEYS
        ),
    ]
