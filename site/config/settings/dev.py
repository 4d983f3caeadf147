"""A checkout on one's own machine: SQLite, a worker in the server's process, mail in files that the browser shows."""

from pathlib import Path

from .base import *  # noqa: F403
from .base import INSTALLED_APPS, VAR, env, mail_server, mail_settings

INSTALLED_APPS = ["demo", *INSTALLED_APPS]

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="insecure-and-only-for-a-checkout-on-ones-own-machine")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

VAR.mkdir(exist_ok=True)  # SQLite makes its file, but not the folder around it.
# Static files come from where they stand, without collectstatic, with and without DEBUG.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

MAIL_FOLDER = Path(env.str("MAIL_FOLDER", default=str(VAR / "mail")))
if env.str("EMAIL_URL", default=""):
    globals().update(mail_server("EMAIL_URL"))
else:
    globals().update(mail_settings("django.core.mail.backends.filebased.EmailBackend", file_path=str(MAIL_FOLDER)))
