"""Made-up customers with all that their list shows, of any number, written by SQL in minutes: the same each time.

PostgreSQL only. Stored keys are what the models would compute: the folded forms of the words come from Python, and
`wrong_keys` compares some rows with what the models say.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any


def _split(text: str) -> list[str]:
    return text.split()


FIRST = _split(
    """
    Ada Aisha Alma Anders Anya Arno Bea Bram Carla Cem Chloé Clara Dag Daria Diego Edda Elin Emre Eva Félix Finn Frida
    Gil Greta Gül Hana Hugo Ida Ilse Inés Iris Ivo Jana Jonas José Jürgen Kai Kaya Lars Lena Leo Liv Łukasz Maël Mara
    Milo Mina Nils Noah Nora Ola Olga Óscar Pia Per Rafa Renée Rosa Sami Sven Tara Till Uma Vera Wim Yara Zoë
    """
)
STEMS = _split(
    """
    Ader Albin Ander Arn Bal Bern Birk Bjørn Brand Carl Dahl Dick Ed Eld Falk Fern Frost Glad Grün Haber Hall Hart
    Hol Ivar Jack Jan John Kel Lar Lind Löwen Mar Mathe Nor Ol Palm Pär Peter Quist Rask Rosen Sander Schön Sten Sund
    Thom Trau Ulf Val Wald Weiß Wil Ystad Zander Zell
    """
)
ENDINGS = _split("son son sen mann berg feld ova ski ez er ström bach wick ley hurst ton well ini ard o")
LAST = sorted({stem + ending for stem in STEMS for ending in ENDINGS})
TRADES = _split("Bakery Bistro Books Café Cellars Deli Farm Gallery Garage Hôtel Kiosk Labs Logistics Market Mill Shop")
PLACES = _split("Alt Bad- Eich Königs Mühl Neu Ober Rams São- Unter West")
CITIES = [
    f"{start.replace('-', ' ')}{end}"
    for start in PLACES
    for end in _split("ach burg dorf felden hafen hausen heim ingen mar see stadt wil")
]
CLASSES = (("Retail", 8_900), ("Wholesale", 900), ("Club", 190), ("Distributor", 10))
"""Names, and how many of ten thousand customers are in each."""


def fill(customers: int, orders: int) -> None:
    """Write so many customers, with addresses, logins, notes and orders. The tables must be empty."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    get_user_model().objects.filter(**{f"{get_user_model().USERNAME_FIELD}__startswith": "bench"}).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        words = {**_words(cursor), "numbers": NUMBERS.format(customers=customers)}
        with _indexes_left_out(cursor, ("customer", "address", "order", "accountnote", "portallogin")):
            cursor.execute(ORDERS.format(customers=customers, orders=orders))
            cursor.execute(CUSTOMERS.format(customers=customers, **words))
            for statement in REST:
                cursor.execute(statement.format(customers=customers, **words))
            _fill_match_keys(cursor)
            # Customers who came one by one leave no gaps in the table, as rewriting all of them does.
            cursor.execute("VACUUM FULL customer_admin_customer, customer_admin_address")
        cursor.execute("UPDATE customer_admin_customer SET merged_into_id = 1 WHERE id % 5000 = 4999")
    connection.close()
    with connection.cursor() as cursor:  # What autovacuum would do in time.
        cursor.execute("VACUUM ANALYZE")


def _fill_match_keys(cursor: Any) -> None:
    """The keys that only Python computes, copied in and joined."""
    from customer_admin.models.match_keys import name_key, phone_key, place_key
    from customer_admin.models.search_texts import parts_of

    def of_customer(search_text: str) -> tuple[Any, ...]:
        parts = parts_of(search_text)
        return name_key(parts["first_name"], parts["last_name"], parts["company"]), phone_key(parts["phone"])

    for table, read, columns, compute in (
        ("customer", "search_text", "name_key, phone_key", of_customer),
        ("address", "line1, postal_code", "place_key", lambda *parts: (place_key(*parts),)),
    ):
        cursor.execute(f"SELECT id, {read} FROM customer_admin_{table}")
        rows = ((row[0], *compute(*row[1:])) for row in cursor.fetchall())
        names = columns.split(", ")
        cursor.execute(f"CREATE TEMPORARY TABLE bench_keys (id bigint, {', '.join(f'{name} int' for name in names)})")
        with cursor.copy("COPY bench_keys FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        changes = ", ".join(f"{name} = k.{name}" for name in names)
        cursor.execute(f"UPDATE customer_admin_{table} t SET {changes} FROM bench_keys k WHERE k.id = t.id")
        cursor.execute("DROP TABLE bench_keys")


def wrong_keys(step: int) -> list[int]:
    """The customers, every `step`th looked at, whose stored columns are not what the models compute."""
    from django.db import transaction

    from customer_admin.models import Customer
    from customer_admin.models.kept import compute

    columns = (*Customer.stored_keys, "places", "last_order_at")
    rows = list(Customer.all_objects.extra(where=["id %% %s = 1"], params=[step]))
    written = {row.pk: [getattr(row, name) for name in columns] for row in rows}
    with transaction.atomic():
        compute(["places", "last_order_at"], [row.pk for row in rows], using="default")
        fresh = {row.pk: row for row in Customer.all_objects.filter(pk__in=written)}
        transaction.set_rollback(True)
    for row in fresh.values():
        row.fill_stored_keys()
    return [key for key, values in written.items() if [getattr(fresh[key], name) for name in columns] != values]


def _words(cursor: Any) -> dict[str, str]:
    """SQL expressions that pick a word, and its folded form, by a hash of `m`, the number of the person."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone
    from wagtail.models import Site

    from customer_admin.models.keys import folded

    cursor.execute("DELETE FROM customer_admin_customerclass")
    edges, upper = [], 0
    for key, (name, share) in enumerate(CLASSES, start=1):
        cursor.execute(
            "INSERT INTO customer_admin_customerclass (id, name, code, kind, invoice_layout, discount_percent, "
            "case_discount_percent, free_tastings, tax_exempt_by_default, is_active, is_default, updated_at) "
            "VALUES (%s, %s, %s, 'retail', 'regular', 0, 0, 0, false, true, %s, %s)",
            [key, name, name.lower(), key == 1, timezone.now()],
        )
        upper += share
        edges.append(f"WHEN {_hash(20)} % 10000 < {upper} THEN {key}")
    words = {"site": str(Site.objects.get(is_default_site=True).pk), "klass": f"CASE {' '.join(edges)} END"}
    choices = (("first", FIRST), ("last", LAST), ("trade", TRADES), ("city", CITIES))
    salted = [(name, salt, choice) for salt, (name, choice) in enumerate(choices, start=1)]
    for name, salt, choice in (*salted, ("street", 14, STEMS)):
        words[name] = _pick(choice, salt)
        words[f"{name}_key"] = _pick(map(folded, choice), salt)
    words |= {"users": get_user_model()._meta.db_table, "username": get_user_model().USERNAME_FIELD}
    words |= {f"h{salt}": _hash(salt) for salt in range(5, 20)}
    for name in ("first", "first_key"):  # A third of those who are there twice were mistyped once.
        words[f"typed_{name}"] = f"CASE WHEN n % 150 = 57 THEN left({words[name]}, -1) ELSE {words[name]} END"
    return words


def _pick(choice: Iterable[str], salt: int) -> str:
    words = list(choice)
    quoted = ", ".join("'{}'".format(word.replace("'", "''")) for word in words)
    return f"(ARRAY[{quoted}])[1 + {_hash(salt)} % {len(words)}]"


def _hash(salt: int) -> str:
    return f"abs(hashint8(m + {salt} * 10000019)::bigint)"


@contextmanager
def _indexes_left_out(cursor: Any, tables: Iterable[str]) -> Any:
    """Drop the indexes that are no constraints, and make them again at the end, which is much faster."""
    names = [f"customer_admin_{table}" for table in tables]
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [names],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in found:
        cursor.execute(definition)


NUMBERS = "(SELECT n, CASE WHEN n % 50 = 7 THEN n - 5 ELSE n END AS m FROM generate_series(1, {customers}) n) numbers"
"""The rows, and the person whom each is about: of fifty one is there twice."""

ORDERS = """
CREATE TEMPORARY TABLE bench_orders AS
SELECT n, 1 + (abs(hashint8(n)::bigint) % {customers}) AS customer_id,
       timestamptz '2026-06-30 12:00+00' - make_interval(secs => abs(hashint8(n + 77)::bigint) % 94608000) AS placed_at,
       CASE WHEN n % 50 = 0 THEN 'cancelled' WHEN n % 200 = 1 THEN 'open' ELSE 'completed' END AS status
FROM generate_series(1, {orders}) n
"""

CUSTOMERS = """
INSERT INTO customer_admin_customer
  (id, number, site_id, customer_class_id, first_name, last_name, company, email, phone, birth_date, account_number,
   language, referral_source, notify_account, notify_marketing, tax_exempt, tax_exempt_number, tax_exempt_reason,
   tax_exempt_region, tax_exempt_until, created_at, updated_at, sort_name, sort_company, sort_email, search_text,
   places, last_order_at)
SELECT n, number, {site}, klass, first, last, company, email, phone, born, account, '', '', notified,
  marketing, exempt, '', '', '',
  CASE WHEN exempt AND n % 2 = 0 THEN date '2020-01-01' + (n % 6000)::int END, created, created,
  last_key || ' ' || first_key, nullif(company_key, ''), nullif(email, ''),
  ' ' || lower(number) || E'\\t ' || first_key || E'\\n ' || last_key || E'\\x0b'
  || coalesce(' ' || nullif(company_key, ''), '') || E'\\x0c' || coalesce(' ' || nullif(email, ''), '') || E'\\r'
  || coalesce(' ' || nullif(account, ''), '') || E'\\x1c' || coalesce(' ' || nullif(digits, ''), '') || E'\\x1d',
  places, last_order_at
FROM (
  SELECT *, CASE WHEN has_company THEN last || ' ' || trade ELSE '' END AS company,
    CASE WHEN has_company THEN last_key || ' ' || trade_key ELSE '' END AS company_key,
    CASE WHEN n % 12 > 0 THEN replace(first_key || '.' || last_key, ' ', '')
      || CASE WHEN n % 100 = 7 THEN m ELSE n END || '@example.'
      || (ARRAY['com', 'org', 'net'])[1 + m % 3] ELSE '' END AS email,
    CASE WHEN n % 3 = 0 THEN '' WHEN n % 3 = 1 THEN '+49 ' || part || ' ' || line ELSE '0' || part || '/' || line END
      AS phone,
    CASE WHEN n % 3 = 0 THEN '' WHEN n % 3 = 1 THEN '49' || part || line ELSE '0' || part || line END AS digits,
    ' ' || least(code, other_code) || CASE WHEN other_code <> code THEN ' ' || greatest(code, other_code) ELSE '' END
      || E'\\t ' || city_key || E'\\n' AS places
  FROM (
    SELECT n, m, 'C' || (1000 + n) AS number, {klass} AS klass, {typed_first} AS first, {typed_first_key} AS first_key,
      {last} AS last, {last_key} AS last_key, {trade} AS trade, {trade_key} AS trade_key, {city_key} AS city_key,
      {h5} % 5 = 0 AS has_company,
      CASE WHEN m % 3 = 0 THEN NULL ELSE date '1930-01-01' + ({h15} % 27000)::int END AS born,
      (150 + {h6} % 800)::text AS part, (1000000 + {h7} % 8999999)::text AS line,
      CASE WHEN n % 10 = 0 THEN 'S' || n ELSE '' END AS account_raw,
      CASE WHEN n % 10 = 0 THEN (700000 + n)::text ELSE '' END AS account,
      n % 100 > 0 AS notified, {h8} % 5 < 2 AS marketing, {h9} % 50 = 0 AS exempt,
      timestamptz '2026-06-30 12:00+00' - make_interval(secs => {h10} % 157680000) AS created,
      (10000 + {h11} % 89999)::text AS code,
      (10000 + CASE WHEN n % 4 = 0 THEN {h12} ELSE {h11} END % 89999)::text AS other_code
    FROM {numbers}
  ) raw
) made LEFT JOIN (
  SELECT customer_id, max(placed_at) AS last_order_at FROM bench_orders WHERE status <> 'cancelled' GROUP BY 1
) o ON o.customer_id = n
ORDER BY n
"""

ADDRESS = """
INSERT INTO customer_admin_address
  (customer_id, kind, is_primary, first_name, last_name, company, line1, line2, city, region, postal_code, country,
   phone)
SELECT n, '%s', true, '', '', '', m %% 1000 || ' ' || {street} || ' Street', '', {city}, '',
  (10000 + {%s} %% 89999)::text, 'DE', ''
FROM {numbers} WHERE %s
"""

REST = (
    ADDRESS % ("billing", "h11", "true"),
    ADDRESS % ("shipping", "h12", "n % 4 = 0"),
    "INSERT INTO customer_admin_order (id, number, customer_id, email, placed_at, status, channel, invoice_layout, "
    "currency, shipping, total, billing_address, shipping_address) SELECT n, 'SO' || n, customer_id, '', placed_at, "
    "status, 'shop', 'regular', 'EUR', 0, n % 500, '', '' FROM bench_orders",
    "INSERT INTO {users} (id, {username}, password, is_superuser, is_staff, is_active, first_name, last_name, email, "
    "date_joined) SELECT 1000 + n, 'bench' || n, '!', false, false, true, '', '', '', now() "
    "FROM generate_series(1, {customers}) n WHERE n % 5 = 0",
    "INSERT INTO customer_admin_portallogin (customer_id, user_id, username, email, is_enabled, created_at, "
    "username_key, email_key) SELECT n, 1000 + n, 'bench' || n, 'bench' || n || '@example.com', n % 500 > 0, now(), "
    "'bench' || n, 'bench' || n || '@example.com' FROM generate_series(1, {customers}) n WHERE n % 5 = 0",
    "INSERT INTO customer_admin_accountnote (customer_id, kind, body, author_label, is_pinned, alert_clerk, "
    "alert_level, created_at) SELECT n, 'general', 'Rings twice.', '', false, n % 100 = 0, "
    "(ARRAY['info', 'warning', 'stop'])[1 + {h13} % 3], now() FROM {numbers} WHERE n % 20 = 0",
    "DROP TABLE bench_orders",
)
