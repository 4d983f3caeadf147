import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from customer_admin.models import Customer, Tracked


class Employee(AbstractUser):
    """A user model that wants more than Django's."""

    cost_centre = models.CharField(max_length=20, default="head office")


def create_portal_user() -> Employee:
    """What CUSTOMER_ADMIN["PORTAL_USER_FACTORY"] names: the row that a portal login stands on in this host."""
    user = Employee(username=f"shop-{uuid.uuid4().hex}", cost_centre="customers")
    user.set_unusable_password()
    user.save()
    return user


class Subscription(Tracked):
    """A model of the host that joins the history."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="subscriptions")
    title = models.CharField(max_length=100)
    is_paused = models.BooleanField(default=False)

    customer_path = "customer_id"

    def __str__(self) -> str:
        return self.title


class Basket(models.Model):
    """A model of the host that points to a customer and is not tracked."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"Basket {self.pk}"
