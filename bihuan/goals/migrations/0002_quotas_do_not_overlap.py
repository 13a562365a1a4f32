from django.db import migrations

from bihuan.base.dated_rows import forbid_overlap

KEEP_WHAT_WAS_SET = """
CREATE FUNCTION goals_quota_keeps_what_was_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
        OR (to_jsonb(OLD) - 'ended_at' - 'ended_by_id')
            <> (to_jsonb(NEW) - 'ended_at' - 'ended_by_id')
    THEN
        RAISE EXCEPTION 'goals_quota: a target is ended and set anew, never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goals_quota_keeps_what_was_set BEFORE UPDATE OR DELETE ON goals_quota
    FOR EACH ROW EXECUTE FUNCTION goals_quota_keeps_what_was_set();
"""


class Migration(migrations.Migration):
    dependencies = [("goals", "0001_initial")]
    operations = [
        forbid_overlap(
            "goals_quota",
            ["tenant_id", "metric", "person_id"],
            name="goals_one_quota_of_a_person_a_day",
            condition="ended_at IS NULL AND person_id IS NOT NULL",
        ),
        forbid_overlap(
            "goals_quota",
            ["tenant_id", "metric", "unit_id"],
            name="goals_one_quota_of_a_unit_a_day",
            condition="ended_at IS NULL AND unit_id IS NOT NULL",
        ),
        migrations.RunSQL(
            KEEP_WHAT_WAS_SET,
            "DROP TRIGGER goals_quota_keeps_what_was_set ON goals_quota;"
            "DROP FUNCTION goals_quota_keeps_what_was_set();",
        ),
    ]
