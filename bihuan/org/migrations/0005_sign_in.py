import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0004_delegations_and_shares'),
    ]

    operations = [
        migrations.AddField(
            model_name='login',
            name='password_is_given',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='tenant',
            name='second_factor_for',
            field=models.CharField(choices=[('nobody', 'Nobody has to, everybody may'), ('keepers', 'Administrators and quality officers'), ('everyone', 'Everybody')], default='nobody', max_length=10, verbose_name='who needs a second step to sign in'),
        ),
        migrations.AddField(
            model_name='tenant',
            name='second_factor_from',
            field=models.DateField(blank=True, null=True, verbose_name='needed from'),
        ),
        migrations.CreateModel(
            name='OpenSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('began_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('address', models.GenericIPAddressField(null=True)),
                ('device', models.CharField(blank=True, max_length=120)),
                ('login', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignInProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('issuer', models.URLField(max_length=300, verbose_name='issuer')),
                ('client_id', models.CharField(max_length=200, verbose_name='client id')),
                ('secret', models.TextField(blank=True)),
                ('match_by', models.CharField(choices=[('mail', 'Verified e-mail address of the login'), ('code', 'Staff number')], default='mail', max_length=4, verbose_name='known by')),
                ('code_claim', models.CharField(blank=True, default='preferred_username', max_length=60)),
                ('may_create', models.BooleanField(default=False, verbose_name='opens logins for people who have none')),
                ('is_on', models.BooleanField(default=True, verbose_name='in use')),
                ('changed_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.tenant')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
    ]
