"""The entrance for a web server: `gunicorn --pythonpath site config.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from customer_admin.queue import start_worker_in_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()
# What is loaded by now stays: looking through it for garbage again and again would hold up some requests by 80 ms.
gc.freeze()
start_worker_in_process()
