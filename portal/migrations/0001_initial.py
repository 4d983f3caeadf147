import django.db.models.deletion
import wagtail.contrib.routable_page.models
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


# A host with its own base page has none of these: it derives its pages from the mixins.
HAS_READY_MADE_PAGES = settings.WAGTAIL_PAGE_MODEL == 'wagtailcore.Page'


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='PortalAccountPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', wagtail.fields.RichTextField(blank=True, help_text='Stands below the title of the page.', verbose_name='introduction')),
                ('help', wagtail.fields.RichTextField(blank=True, help_text="Stands beside the customer's details: whom to tell when something is not right.", verbose_name='help')),
            ],
            options={
                'verbose_name': 'portal account page',
                'verbose_name_plural': 'portal account pages',
                'abstract': False,
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, 'wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='PortalForgotPasswordPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', wagtail.fields.RichTextField(blank=True, help_text='Stands below the title of the page.', verbose_name='introduction')),
                ('sent_text', wagtail.fields.RichTextField(blank=True, help_text='The same for everybody, so that it tells nobody whose addresses are known. Empty: a usual text.', verbose_name='text after asking')),
            ],
            options={
                'verbose_name': 'portal forgot-password page',
                'verbose_name_plural': 'portal forgot-password pages',
                'abstract': False,
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, 'wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='PortalHomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', wagtail.fields.RichTextField(blank=True, help_text='Stands below the title of the page.', verbose_name='introduction')),
                ('body', wagtail.fields.RichTextField(blank=True, help_text='Stands at the end of the page.', verbose_name='more text')),
            ],
            options={
                'verbose_name': 'portal home',
                'verbose_name_plural': 'portal homes',
                'abstract': False,
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, 'wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='PortalSetPasswordPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', wagtail.fields.RichTextField(blank=True, help_text='Stands below the title of the page.', verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'portal set-password page',
                'verbose_name_plural': 'portal set-password pages',
                'abstract': False,
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, 'wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='PortalSignInPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', wagtail.fields.RichTextField(blank=True, help_text='Stands below the title of the page.', verbose_name='introduction')),
                ('help', wagtail.fields.RichTextField(blank=True, help_text="Stands below the form, for those who have no login or can't sign in.", verbose_name='help')),
            ],
            options={
                'verbose_name': 'portal sign-in page',
                'verbose_name_plural': 'portal sign-in pages',
                'abstract': False,
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, 'wagtailcore.page', models.Model),
        ),
    ] if HAS_READY_MADE_PAGES else []
