import django.db.models.deletion
from django.db import migrations, models

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("facts", "0006_contract_number")]
    operations = [
        migrations.CreateModel(
            name="MemberName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("pinyin", models.CharField(blank=True, max_length=400)),
                ("initials", models.CharField(blank=True, max_length=200)),
                ("since", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facts.batch",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="names",
                        to="facts.member",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        forbid_change("facts_membername"),
        migrations.AddIndex(
            "fact",
            models.Index(
                fields=["tenant", "seq"],
                name="facts_merges",
                condition=models.Q(("kind", "account.merged")),
            ),
        ),
    ]
