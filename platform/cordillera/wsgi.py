"""Pages and the API, by WSGI (Django under ASGI measured about ten times slower)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")

application = get_wsgi_application()

from cordillera import doorbell, garbage  # noqa: E402 - after the set-up
from cordillera.access.checks import refuse_to_start_unprotected  # noqa: E402 - after the set-up

refuse_to_start_unprotected()

garbage.settle()

# Peers that could not reach this node try again at once when they hear of it.
doorbell.send("exchange.greet")
