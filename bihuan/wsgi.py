from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from bihuan.base.home import home
from bihuan.base.postgres import ensure_running

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
ensure_running(home())
application = get_wsgi_application()
