"""Takes the second factor off somebody who is locked out and has no manager to ask."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from customer_admin.second_factor import operations, permissions


class Command(BaseCommand):
    help = "Resets the second factor of a user who lost it. They sign in with their password and can set up a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        users = get_user_model()._default_manager
        try:
            user = users.get_by_natural_key(username)
        except get_user_model().DoesNotExist as error:
            raise CommandError(f"There is no user {username!r}.") from error
        if operations.reset_second_factor(actor=permissions.SYSTEM, user=user):
            self.stdout.write(self.style.SUCCESS(f"The second factor of {username} is reset."))
        else:
            self.stdout.write(f"{username} has no second factor, so there was nothing to reset.")
