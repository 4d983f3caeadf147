"""Says at once which service is missing, before a whole suite fails for the want of it."""

import os
import sys
from urllib.parse import urlsplit

import environ
import psycopg
import redis


def ask_postgresql(url: str) -> None:
    settings = environ.Env.db_url_config(url)
    if settings["ENGINE"] != "django.db.backends.postgresql":
        raise ValueError("this is no address of PostgreSQL, which begins with postgres://")
    psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or 5432,
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        connect_timeout=5,
    ).close()


def ask_redis(url: str) -> None:
    redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5).ping()


def without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def main() -> int:
    missing = False
    for variable, ask in (("DATABASE_URL", ask_postgresql), ("REDIS_URL", ask_redis)):
        url = os.environ.get(variable, "")
        try:
            ask(url)
        except Exception as error:
            missing = True
            where = without_password(url) or "(not set)"
            print(f"{variable} {where} can't be used: {' '.join(str(error).split())}", file=sys.stderr)
    if missing:
        print("Start the service, or name another: make test-services DATABASE_URL=… REDIS_URL=…", file=sys.stderr)
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())
