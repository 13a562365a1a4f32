import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0003_fewer_locks'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexKey',
            fields=[
                ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='org.tenant')),
                ('master', models.CharField(max_length=16)),
                ('wrapped', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('person', 'Colleague'), ('contact', 'Contact at a customer')], max_length=10)),
                ('created_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
                ('person', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='SubjectKey',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='data_key', serialize=False, to='privacy.subject')),
                ('master', models.CharField(max_length=16)),
                ('wrapped', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='VaultField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('name', 'Name'), ('title', 'Position'), ('mobile', 'Mobile'), ('phone', 'Phone'), ('mail', 'Mail address'), ('wechat', 'WeChat'), ('address', 'Home address'), ('birthday', 'Birthday'), ('id_number', 'Identity number'), ('emergency_name', 'Emergency contact'), ('emergency_phone', 'Phone of the emergency contact'), ('notes', 'Notes')], max_length=20)),
                ('nonce', models.BinaryField()),
                ('ciphertext', models.BinaryField()),
                ('blind_index', models.BinaryField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fields', to='privacy.subject')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant')),
            ],
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'person'), ('person__isnull', False)), models.Q(('kind', 'contact'), ('person__isnull', True)), _connector='OR'), name='privacy_person_behind_colleague'),
        ),
        migrations.AddIndex(
            model_name='vaultfield',
            index=models.Index(condition=models.Q(('blind_index__isnull', False)), fields=['tenant', 'blind_index'], name='privacy_found_by_index'),
        ),
        migrations.AddConstraint(
            model_name='vaultfield',
            constraint=models.UniqueConstraint(fields=('subject', 'field'), name='privacy_one_value_per_field'),
        ),
    ]
