"""Review, from nothing. The facts of the conversations that are there are made in the background."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from chatapp.review import schema

RUBRIC = ((1, 'Good', 1), (2, 'Acceptable', 0), (3, 'Wrong', -1), (4, 'Incomplete', -1), (5, 'Beside the point', -1))


def begin(apps, editor):
    schema.create(editor.connection)
    schema.everything_is_stale(editor.connection)
    option = apps.get_model('review', 'Option')
    option.objects.bulk_create(option(place=place, name=name, worth=worth) for place, name, worth in RUBRIC)


def end(apps, editor):
    schema.drop(editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conversations', '0006_shown_at'),
        ('feedback', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Stale',
            fields=[
                ('conversation_id', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('reason', models.TextField()),
                ('session', models.CharField(max_length=64)),
                ('begun', models.DateTimeField(auto_now_add=True)),
                ('seen_at', models.DateTimeField()),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('form', models.CharField(choices=[('chats', 'Chats'), ('pairs', 'Pairs'), ('table', 'Table')], max_length=6)),
                ('query', models.TextField(blank=True)),
                ('reason', models.TextField()),
                ('session', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('ready', 'Ready'), ('running', 'Running'), ('complete', 'Complete'), ('broken', 'Broken')], default='ready', max_length=8)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('records', models.PositiveIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('begun', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('look', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='review.look')),
            ],
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=40)),
                ('worth', models.SmallIntegerField(choices=[(-1, 'Bad'), (0, 'Neither'), (1, 'Good')], default=0)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('place',), name='option_one_per_key'), models.CheckConstraint(condition=models.Q(('place__gte', 1), ('place__lte', 9)), name='option_on_a_key')],
            },
        ),
        migrations.CreateModel(
            name='Deed',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=100)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.conversation')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['reviewer', 'conversation', '-at'], name='deed_last')],
            },
        ),
        migrations.CreateModel(
            name='Facts',
            fields=[
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='review_facts', serialize=False, to='conversations.conversation')),
                ('begun', models.DateTimeField()),
                ('moment', models.DateTimeField()),
                ('messages', models.PositiveIntegerField(default=0)),
                ('answers', models.PositiveIntegerField(default=0)),
                ('tokens', models.PositiveBigIntegerField(default=0)),
                ('cost', models.FloatField(default=0)),
                ('first_token_ms', models.PositiveIntegerField(null=True)),
                ('up', models.PositiveIntegerField(default=0)),
                ('down', models.PositiveIntegerField(default=0)),
                ('regenerated', models.PositiveIntegerField(default=0)),
                ('stopped', models.PositiveIntegerField(default=0)),
                ('edited', models.PositiveIntegerField(default=0)),
                ('copied', models.PositiveIntegerField(default=0)),
                ('marks', models.TextField(default=' ')),
                ('reviewed', models.SmallIntegerField(choices=[(0, 'No'), (1, 'Yes'), (2, 'Changed')], default=0)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-moment', '-conversation'], name='review_facts_newest'), models.Index(fields=['owner', '-moment', '-conversation'], name='review_facts_of')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('score', 'Score'), ('label', 'Label'), ('comment', 'Comment'), ('correction', 'Correction'), ('reviewed', 'Reviewed')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('deed', models.UUIDField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('removed_by', models.UUIDField(blank=True, null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_marks', to='conversations.conversation')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='review_marks', to='conversations.message')),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('option', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='review.option')),
            ],
            options={
                'indexes': [models.Index(fields=['conversation', '-id'], name='mark_of_conversation'), models.Index(condition=models.Q(('kind', 'label'), ('removed_at', None)), fields=['kind', 'text'], name='mark_label'), models.Index(condition=models.Q(('kind', 'score'), ('removed_at', None)), fields=['option'], name='mark_option'), models.Index(fields=['deed'], name='mark_added_by'), models.Index(condition=models.Q(('removed_by__isnull', False)), fields=['removed_by'], name='mark_removed_by')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'score'), ('removed_at', None)), fields=('reviewer', 'message'), name='mark_one_score_each'), models.UniqueConstraint(condition=models.Q(('kind', 'correction'), ('removed_at', None)), fields=('message',), name='mark_one_correction'), models.UniqueConstraint(condition=models.Q(('kind', 'label'), ('removed_at', None)), fields=('conversation', 'text'), name='mark_label_once'), models.UniqueConstraint(condition=models.Q(('kind', 'reviewed'), ('removed_at', None)), fields=('conversation',), name='mark_reviewed_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('query', models.TextField(blank=True)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reviewer', 'name'), name='view_named_once')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('opened', 'Opened'), ('found', 'Found'), ('exported', 'Exported')], default='opened', max_length=8)),
                ('reviewer_name', models.CharField(max_length=100)),
                ('reason', models.TextField()),
                ('session', models.CharField(max_length=64)),
                ('begun', models.DateTimeField(auto_now_add=True)),
                ('seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visits', to='conversations.conversation')),
                ('look', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visits', to='review.look')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['owner', '-id'], name='visit_of_owner'), models.Index(fields=['conversation', '-id'], name='visit_of_conversation'), models.Index(condition=models.Q(('ended_at', None), ('kind', 'opened')), fields=['reviewer', 'conversation'], name='visit_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'found')), fields=('look', 'conversation'), name='visit_found_once')],
            },
        ),
        migrations.RunPython(begin, end),
    ]
