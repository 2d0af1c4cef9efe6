"""Addresses of the auditors' pages: each room of oversight has its own list."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("oversight/log/", include("sharing.oversight.log.urls")),
    path("oversight/", include("sharing.oversight.overview.urls")),
    path("oversight/", include("sharing.oversight.watching.urls")),
    path("oversight/", include("sharing.oversight.ledger.urls")),
    path("oversight/", include("sharing.oversight.sampling.urls")),
    path("oversight/", include("sharing.oversight.retention.urls")),
]
