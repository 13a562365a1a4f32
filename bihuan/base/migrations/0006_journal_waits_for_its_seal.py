from django.db import migrations

from bihuan.base.append_only import forbid_change

WAIT = """
    CREATE FUNCTION base_journalentry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO base_journalwaiting (entry_id, tenant_id, since)
        VALUES (NEW.id, NEW.tenant_id, now());
        RETURN NULL;
    END $$;
    CREATE TRIGGER base_journalentry_waits AFTER INSERT ON base_journalentry
        FOR EACH ROW EXECUTE FUNCTION base_journalentry_waits();
    INSERT INTO base_journalwaiting (entry_id, tenant_id, since)
        SELECT id, tenant_id, now() FROM base_journalentry;
"""
WAIT_NO_MORE = """
    DROP TRIGGER base_journalentry_waits ON base_journalentry;
    DROP FUNCTION base_journalentry_waits();
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0005_audit_trail")]
    operations = [
        forbid_change("base_journalblock"),
        migrations.RunSQL(WAIT, WAIT_NO_MORE),
    ]
