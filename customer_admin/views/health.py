"""What a load balancer asks: can this process reach what it needs?"""

import logging
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from customer_admin import queue

logger = logging.getLogger(__name__)


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; the body says which of them does: `{"database": true, …}`."""
    answers = {"database": _answers(_ask_database), "broker": _answers(queue.is_reachable)}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _ask_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _answers(ask: Callable[[], Any]) -> bool:
    try:
        return bool(ask())
    except Exception:
        logger.exception("A service that this site needs can't be reached.")
        return False
