"""The addresses that other nodes use; entrance.py leads them here. PROTOCOL.md describes them."""

from django.urls import path

from . import views

urlpatterns = [
    path("exchange/v1/envelopes", views.envelopes, name="exchange-envelopes"),
    path("exchange/v1/keysets", views.keysets, name="exchange-keysets"),
    path("exchange/v1/pull", views.pull, name="exchange-pull"),
    path("exchange/v1/files", views.files, name="exchange-files"),
]
