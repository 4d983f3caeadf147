"""Adds the permission to assign orders, for managers, and finds linked e-mails by their address."""

from django.db import migrations, models


def grant(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.filter(name="Customer managers").first()
    if group is None:
        return  # New groups are made with it.
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    kind, _created = ContentType.objects.get_or_create(app_label="customer_admin", model="order")
    # Django makes permissions after all migrations have run, and finds it then.
    permission, _created = Permission.objects.get_or_create(
        content_type=kind, codename="assign_order", defaults={"name": "Can assign orders to customers"}
    )
    group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0017_merges"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="order",
            options={
                "base_manager_name": "objects",
                "ordering": ["-placed_at", "-pk"],
                "permissions": [("assign_order", "Can assign orders to customers")],
                "verbose_name": "order",
                "verbose_name_plural": "orders",
            },
        ),
        migrations.AddIndex(
            model_name="linkedemail",
            index=models.Index(fields=["email_key"], name="customer_admin_by_linked_email"),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
