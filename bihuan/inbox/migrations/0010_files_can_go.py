
from django.db import migrations, models

from bihuan.base.append_only import allow_redaction


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0009_answers_in_place_of_others'),
        ('privacy', '0003_words_can_be_taken_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='taskfile',
            name='gone_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='taskfile',
            name='inbox_one_file_per_name_and_content',
        ),
        migrations.AddConstraint(
            model_name='taskfile',
            constraint=models.UniqueConstraint(condition=models.Q(('gone_at__isnull', True)), fields=('task', 'digest', 'name'), name='inbox_one_file_per_name_and_content'),
        ),
        allow_redaction('inbox_taskfile', ('name', 'gone_at')),
    ]
