"""A company's currency stays as it is once its ledger has facts."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("facts", "0003_rows_are_final"), ("org", "0002_seats_do_not_overlap")]
    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION facts_currency_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM 1 FROM facts_ledger WHERE tenant_id = NEW.id FOR UPDATE;
                IF EXISTS (SELECT 1 FROM facts_ledger WHERE tenant_id = NEW.id AND last_seq > 0)
                THEN
                    RAISE EXCEPTION 'the ledger has facts in %', OLD.currency
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_currency_stays';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER facts_currency_stays BEFORE UPDATE OF currency ON org_tenant
                FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency)
                EXECUTE FUNCTION facts_currency_stays();
            """,
            "DROP TRIGGER facts_currency_stays ON org_tenant; DROP FUNCTION facts_currency_stays();",
        )
    ]
