"""Lets the managers who are there merge, assign and decide about duplicates; new groups are made with all of it."""

from django.db import migrations

MANAGERS = "Customer managers"
GRANTED = (
    ("customer", "merge_customer", "Can merge customers"),
    ("order", "assign_order", "Can assign orders to customers"),
    (
        "duplicatedismissal",
        "decide_duplicates",
        "Can say that customers are not duplicates, and look for duplicates",
    ),
)


def grant(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.filter(name=MANAGERS).first()
    if group is None:
        return
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    for model, codename, name in GRANTED:
        kind, _created = ContentType.objects.get_or_create(app_label="customer_admin", model=model)
        # Django makes permissions after all migrations have run, and finds these then.
        permission, _created = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0019_merge_requests"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
