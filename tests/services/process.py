"""A process of the site that a test starts, talks to by lines and kills: `python -m tests.services.process [worker]`.

With `worker` it runs the in-process worker, as a small site's web process does. For each line "login NAME" it commits
a portal login of that name with its mail, and answers "committed".
"""

import sys

import django


def main() -> None:
    django.setup()
    from customer_admin.models import Customer
    from customer_admin.operations import SYSTEM, create_login
    from customer_admin.queue import start_worker_in_process

    if "worker" in sys.argv[1:]:
        start_worker_in_process()
    print("ready", flush=True)
    for line in sys.stdin:
        name = line.split()[1]
        customer = Customer.objects.get(account_number=name)
        create_login(
            actor=SYSTEM, customer=customer, email=f"{name}@example.com", username=name, send_set_password=True
        )
        print("committed", flush=True)


if __name__ == "__main__":
    main()
