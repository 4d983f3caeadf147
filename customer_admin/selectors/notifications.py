"""To which addresses a notification about a customer goes."""

from customer_admin.models import Customer, LinkedEmail
from customer_admin.models.keys import email_key


def addresses_for(customer: Customer, notification: str) -> list[str]:
    """The addresses that are told what `notification`, one of `Notification`, names; each once, the customer's first.

    The customer's own address counts while the customer wants account notifications; linked ones once they are
    verified and while they are ticked for this kind. Mails about a login go to the login, not to these.
    """
    own = [customer.email] if customer.email and customer.notify_account else []
    linked = LinkedEmail.objects.filter(customer=customer).receiving(notification)
    found = {email_key(address): address for address in reversed([*own, *linked.values_list("email", flat=True)])}
    return list(reversed(found.values()))
