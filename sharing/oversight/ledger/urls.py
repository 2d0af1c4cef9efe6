"""Addresses of the disclosure ledger."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/totals/", views.totals, name="ledger-totals"),
    path("ledger/export/", views.export, name="ledger-export-new"),
    path("ledger/export/<uuid:pk>/", views.exported, name="ledger-export"),
    path("ledger/export/<uuid:pk>/file/", views.file, name="ledger-export-file"),
    path("ledger/<str:reference>/", views.of_record, name="ledger-record"),
]
