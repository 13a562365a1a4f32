from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("facts", "0004_currency_stays")]
    operations = [
        migrations.AddField("block", "form", models.PositiveSmallIntegerField(default=1)),
        migrations.AddIndex(
            "fact",
            models.Index(fields=["tenant", "business_on", "seq"], name="facts_by_day"),
        ),
        migrations.AddIndex(
            "fact",
            models.Index(
                fields=["product"],
                name="facts_by_product",
                condition=models.Q(("product__isnull", False)),
            ),
        ),
        migrations.AddIndex(
            "fact",
            models.Index(
                fields=["source_row"],
                name="facts_by_source_row",
                condition=models.Q(("source_row__isnull", False)),
            ),
        ),
    ]
