import uuid

from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Upper

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
    clerk = models.ForeignKey(Employee, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    deputy = models.ForeignKey(Employee, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")
    remarks = GenericRelation("shop.Remark", content_type_field="about_type", object_id_field="about_id")

    customer_path = "customer_id"

    def __str__(self) -> str:
        return self.title


class Basket(models.Model):
    """A model of the host that points to a customer and is not tracked."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"Basket {self.pk}"


class PausedSubscription(Subscription):
    """The same rows under another name."""

    class Meta:
        proxy = True


class LoyaltyCard(Tracked):
    """At most one for each customer, and its code is nobody else's."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="loyalty_card")
    code = models.CharField(max_length=20, unique=True)

    customer_path = "customer_id"

    def __str__(self) -> str:
        return self.code


class Allowance(Tracked):
    """One for each customer, whose key is its own."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="allowance")
    bottles = models.PositiveIntegerField(default=0)

    customer_path = "customer_id"

    def __str__(self) -> str:
        return f"{self.bottles}"


class Label(Tracked):
    """Put on customers, many on many; the links are tracked as rows of their own."""

    name = models.CharField(max_length=50, unique=True)
    customers = models.ManyToManyField(Customer, through="shop.CustomerLabel", related_name="labels")

    def __str__(self) -> str:
        return self.name


class CustomerLabel(Tracked):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="+")

    customer_path = "customer_id"

    class Meta(Tracked.Meta):
        constraints = [models.UniqueConstraint(fields=["customer", "label"], name="shop_label_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.label_id}"


class Remark(Tracked):
    """About a row of any model. Its key is no number, and one column is computed by the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    about_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    about_id = models.BigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    text = models.CharField(max_length=100)
    loud = models.GeneratedField(
        expression=Upper("text"), output_field=models.CharField(max_length=100), db_persist=True
    )

    def __str__(self) -> str:
        return self.text


class Parcel(models.Model):
    """A model of the host that goes with its customer and is not tracked, so nothing brings it back."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"Parcel {self.pk}"


class Wishlist(models.Model):
    """At most one for each customer, and not tracked."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.text


class Passport(models.Model):
    """One for each customer, whose key is its own, and not tracked."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.code


class Device(models.Model):
    """Known by the customer's number. Of several, one is the main one."""

    owner = models.ForeignKey(Customer, to_field="number", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=50)
    is_main = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="shop_device_once"),
            models.UniqueConstraint(fields=["owner"], condition=models.Q(is_main=True), name="shop_one_main_device"),
        ]

    def __str__(self) -> str:
        return self.name


class Tasting(models.Model):
    """Many customers come, by a table that Django makes."""

    title = models.CharField(max_length=100)
    guests = models.ManyToManyField(Customer, related_name="+")

    def __str__(self) -> str:
        return self.title


class Picture(models.Model):
    """About a row of any model, with a key that is text; not tracked."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=50)
    content_object = GenericForeignKey()
    name = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.name
