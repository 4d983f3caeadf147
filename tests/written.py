"""Which tables a test may have written to, told by the statements that it sent, however it came to send them."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

_WRITES = re.compile(r"\b(insert|update|delete|merge|replace|truncate|copy|alter|drop)\b", re.IGNORECASE)


class Written:
    """To be put around statements by `connection.execute_wrapper`; of other connections it knows nothing.

    It rather names a table too many: one that was only locked for an update, or stands in a statement for another.
    """

    def __init__(self, watched: Iterable[type[models.Model]]) -> None:
        names = sorted({model._meta.db_table for model in watched}, key=len, reverse=True)
        self._watched = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
        self._tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if _WRITES.search(text):
            self._tables |= {table.lower() for table in self._watched.findall(text)}
        return execute(sql, params, many, context)

    def touches(self, *models_: type[models.Model]) -> bool:
        """Whether the table of one of these was named in such a statement."""
        return any(model._meta.db_table.lower() in self._tables for model in models_)
