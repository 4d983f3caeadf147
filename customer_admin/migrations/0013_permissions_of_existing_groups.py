"""Gives existing groups the permissions for what joined the customer's account; new groups are made with them."""

from django.db import migrations

SEEING = {
    "taxdocument": ["view"],
    "loyaltyentry": ["view"],
    "creditentry": ["view"],
    "club": ["view"],
    "clubmembership": ["view"],
    "linkedemail": ["view"],
    "savedpaymentmethod": ["view"],
    "customer": ["export"],
}
WORKING = {
    "loyaltyentry": ["add"],
    "creditentry": ["add"],
    "clubmembership": ["add", "change"],
    "linkedemail": ["add", "change", "delete"],
    "savedpaymentmethod": ["add", "change", "delete"],
    "outgoingemail": ["resend"],
}
MANAGING = {"club": ["add", "change", "delete"]}
GROUPS = {
    "Customer staff": [SEEING, WORKING],
    "Customer auditors": [SEEING],
    "Customer managers": [SEEING, WORKING, MANAGING],
}


def grant(apps, schema_editor):
    groups = {group.name: group for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS)}
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    for name, group in groups.items():
        for model, actions in (each for granted in GROUPS[name] for each in granted.items()):
            kind, _created = ContentType.objects.get_or_create(app_label="customer_admin", model=model)
            for action in actions:
                # Django makes permissions after all migrations have run, and finds these then.
                defaults = {"name": f"Can {action} {apps.get_model('customer_admin', model)._meta.verbose_name}"}
                permission, _created = Permission.objects.get_or_create(
                    content_type=kind, codename=f"{action}_{model}", defaults=defaults
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0012_membership_payment_method"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
