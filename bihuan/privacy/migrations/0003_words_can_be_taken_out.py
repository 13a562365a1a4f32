"""Rows stay final, and what people wrote in them can lose the name of who was erased."""

from django.db import migrations

from bihuan.base.append_only import allow_redaction, forbid_change

WORDS = {
    "base_journalentry": ("particulars", "changes", "reason"),
    "inbox_answer": ("amended", "reason"),
    "inbox_taskevent": ("text",),
    "inbox_taskfile": ("name",),
    "playbooks_playversion": (
        *("title_zh", "title_en", "summary_zh", "summary_en", "body_zh", "body_en"),
        *("link", "tags"),
    ),
    "playbooks_filecontent": ("content",),
    "playbooks_playfile": ("name",),
    "reports_healthreport": ("basis", "content"),
    "advice_weeklyreport": ("content",),
    "rules_alertevent": ("note", "params"),
    "rules_responsemade": ("to", "became", "link", "seen", "effect"),
    "goals_edit": ("reason", "note", "changes"),
    "goals_revision": ("reason", "note", "plan"),
    "goals_marketevent": ("name", "evidence", "evidence_url", "remarks"),
    "goals_marketreckoning": ("words", "terms"),
    "goals_marketending": ("said",),
}


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0002_requests_and_records"),
        ("base", "0008_redactions_are_final"),
        ("inbox", "0004_task_events_are_final"),
        ("playbooks", "0002_rows_are_final"),
        ("reports", "0002_rows_are_final"),
        ("advice", "0002_rows_are_final"),
        ("rules", "0001_initial"),
        ("goals", "0008_market_events_are_kept"),
    ]
    operations = [
        *(allow_redaction(table, columns) for table, columns in WORDS.items()),
        forbid_change("privacy_sensitiveread"),
        allow_redaction("privacy_sensitiveread", ("note",), may_end=True),
    ]
