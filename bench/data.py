"""Made-up import files of any size, always the same for the same size. Written row by row."""

import csv
from pathlib import Path
from random import Random

FIRST = ["ADA", "BEN", "CLARA", "DIEGO", "ELENA", "FINN", "GRETA", "HUGO", "INÉS", "JOSÉ", "LENA", "RENÉE", "UMA"]
LAST = ["ADLER", "BAKER", "CASTILLO", "EVANS", "FISCHER", "GARCÍA", "HUBER", "JANSEN", "LÓPEZ", "O'BRIEN", "SMITH"]

MAPPING = """
[customers.fields]
account_number = "Key"
first_name = { column = "First", case = "name" }
last_name = { column = "Last", case = "name" }
email = "Mail"
birth_date = "Born"

[[customers.addresses]]
line1 = "Street"
city = "Town"
postal_code = "Code"
country = "Country"

[orders.fields]
number = "Order"
customer = "Key"
placed_at = "Placed"
currency = { value = "EUR" }

[orders.lines.fields]
sku = "Item"
description = "Name"
quantity = "Pieces"
unit_price = "Price"
"""
CONSUMERS = MAPPING.replace(MAPPING[MAPPING.index("[[") : MAPPING.index("[orders.f")], "")
"""The same without addresses."""


def customers(path: Path, count: int) -> Path:
    random = Random(count)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Key", "First", "Last", "Mail", "Born", "Street", "Town", "Code", "Country"])
        for key in range(1, count + 1):
            first, last = random.choice(FIRST), random.choice(LAST)
            born = f"{random.randint(1930, 2005)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
            place = [f"Street {random.randint(1, 400)}", "Springfield", f"{random.randint(10000, 99999)}", "Germany"]
            writer.writerow([key, first, last, f"{first}{key}@example.com".lower(), born, *place])
    return path


def orders(path: Path, count: int, customer_count: int) -> Path:
    """`count` orders of two lines each; the second lines stand far from the first ones."""
    random = Random(count)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Order", "Key", "Placed", "Item", "Name", "Pieces", "Price"])
        for _line in range(2):
            for number in range(1, count + 1):
                owner, day = number % customer_count + 1, f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
                item = random.randint(1, 300)
                price = f"{item * 0.37:.2f}"
                writer.writerow([f"B{number}", owner, day, item, f"Article {item}", random.randint(1, 9), price])
    return path
