
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0006_keep_uploads'),
    ]

    operations = [
        migrations.AlterField(
            model_name='retentionperiod',
            name='kept',
            field=models.CharField(choices=[('conversations', 'Words of conversations'), ('sounds', 'Sound of conversations'), ('notices', 'Notices that are read or done'), ('deliveries', 'Messages sent by mail and chat'), ('ai_texts', 'Texts made by language services'), ('uploads', 'Files brought for imports'), ('source_rows', 'Rows of imports as they were read'), ('task_files', 'Files of tasks that are closed'), ('access', 'Access log of personal data'), ('sessions', 'Sessions that are over'), ('answers', 'Answers kept for programs')], max_length=16),
        ),
    ]
