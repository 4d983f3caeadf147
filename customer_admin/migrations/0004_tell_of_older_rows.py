"""Fills what 0003 added for rows that were there before, and gives existing groups the new permissions.

On PostgreSQL it also makes the index by which change sets are found by the fields that they touched.
"""

from django.db import migrations

NOT_COPIED = {"history_id", "history_date", "history_type", "history_changed", "change_set"}
GROUPS = ("Customer auditors", "Customer managers")
PERMISSIONS = {
    "audit_changeset": "Can see, compare and export all changes",
    "revert_changeset": "Can take back changes and restore what was deleted",
    "undo_changeset": "Can undo merges, assignments and imports",
}


def fill(apps, schema_editor):
    for model in apps.get_app_config("customer_admin").get_models():
        if model.__name__.startswith("Historical"):
            _name_changed_fields(model, schema_editor.connection)
    _name_touched_fields(apps)
    schema_editor.execute(
        "UPDATE customer_admin_changesetcustomer SET closed = COALESCE("
        "(SELECT s.closed FROM customer_admin_changeset s "
        "WHERE s.id = customer_admin_changesetcustomer.change_set_id), 0), gave_away = true"
    )


def _name_changed_fields(model, connection):
    quote = connection.ops.quote_name
    different = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    table, key = quote(model._meta.db_table), quote("id")
    names = " || ".join(
        f"CASE WHEN h.{quote(field.column)} {different} p.{quote(field.column)} THEN ' {field.name} ' ELSE '' END"
        for field in model._meta.concrete_fields
        if field.name not in NOT_COPIED
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET history_changed = COALESCE((SELECT {names} FROM {table} h JOIN {table} p ON "
            f"p.history_id = (SELECT MAX(q.history_id) FROM {table} q WHERE q.{key} = h.{key} "
            f"AND q.history_id < h.history_id) WHERE h.history_id = {table}.history_id AND p.history_type <> '-'), '') "
            "WHERE history_type = '~'"
        )


def _name_touched_fields(apps):
    ChangeSet = apps.get_model("customer_admin", "ChangeSet")
    touched = {}
    for model in apps.get_app_config("customer_admin").get_models():
        if not model.__name__.startswith("Historical"):
            continue
        label = f"customer_admin.{model.__name__.removeprefix('Historical').lower()}"
        rows = model.objects.order_by().values_list("change_set_id", "history_changed").distinct()
        for change_set_id, changed in rows.iterator():
            names = touched.setdefault(change_set_id, set())
            names |= {label, *(f"{label}.{field}" for field in changed.split())}
    change_sets = [
        ChangeSet(pk=key, touched_fields="".join(f" {name} " for name in sorted(names)))
        for key, names in touched.items()
    ]
    ChangeSet.objects.bulk_update(change_sets, ["touched_fields"], batch_size=500)


def grant(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    groups = list(Group.objects.filter(name__in=GROUPS))
    if not groups:
        return  # A new installation: its groups are made with all their permissions.
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="customer_admin", model="changeset"
    )
    Permission = apps.get_model("auth", "Permission")
    for codename, name in PERMISSIONS.items():
        permission, _created = Permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        for group in groups:
            group.permissions.add(permission)


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX customer_admin_touched ON customer_admin_changeset USING gin (touched_fields gin_trgm_ops) "
            "WITH (fastupdate = on, gin_pending_list_limit = 64)"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX customer_admin_touched")


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0003_change_sets_in_full"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunPython(index, drop_index),
    ]
