"""Every address. Sharing is named here only as strings."""

from django.urls import include, path

from cordillera.access.views import permissions

urlpatterns = [
    path("", include("cordillera.web.urls")),
    path("api/", include("cordillera.api.urls")),
    path("", include("cordillera.parties.urls")),
    path("", include("sharing.records.urls")),
    path("", include("sharing.records.writing.urls")),
    path("", include("sharing.search.urls")),
    path("", include("sharing.desk.urls")),
    path("", include("sharing.exchange.urls")),
    path("", include("sharing.exchange.page_urls")),
    path("", include("sharing.oversight.urls")),
    path("help/permissions/", permissions, name="help-permissions"),
    path("", include("cordillera.events.urls")),
]

handler400 = "cordillera.web.views.errors.bad_request"
handler403 = "cordillera.web.views.errors.refused"
handler404 = "cordillera.web.views.errors.not_found"
handler429 = "cordillera.web.views.errors.too_many"  # allauth's rate limits ask for it
handler500 = "cordillera.web.views.errors.failed"
