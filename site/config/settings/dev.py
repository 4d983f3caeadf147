"""A checkout on one's own machine: SQLite, a worker in the server's process, mail in files that the browser shows."""

from .base import *  # noqa: F403
from .base import VAR, env, mail_settings

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="insecure-and-only-for-a-checkout-on-ones-own-machine")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

MAIL_FOLDER = VAR / "mail"
SMTP_URL = env.str("SMTP_URL", default="")
if SMTP_URL:
    _smtp = env.email_url("SMTP_URL")
    globals().update(
        mail_settings(
            "django.core.mail.backends.smtp.EmailBackend",
            host=_smtp["EMAIL_HOST"],
            port=_smtp["EMAIL_PORT"],
        )
    )
else:
    globals().update(mail_settings("django.core.mail.backends.filebased.EmailBackend", file_path=str(MAIL_FOLDER)))
