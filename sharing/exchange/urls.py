"""The addresses that other nodes use; entrance.py leads them here. PROTOCOL.md describes them."""

from django.urls import path

from . import log_views, views

urlpatterns = [
    path("exchange/v1/envelopes", views.envelopes, name="exchange-envelopes"),
    path("exchange/v1/keysets", views.keysets, name="exchange-keysets"),
    path("exchange/v1/pull", views.pull, name="exchange-pull"),
    path("exchange/v1/files", views.files, name="exchange-files"),
    path("exchange/v1/witness/add-checkpoint", log_views.add_checkpoint, name="log-witness"),
    path("exchange/v1/witness/<str:digest>/checkpoint", log_views.cosigned, name="log-cosigned"),
    path("exchange/v1/witness/<str:digest>/questions", log_views.wanted, name="log-questions"),
    path("exchange/v1/witness/<str:digest>/proofs", log_views.proofs, name="log-proofs"),
    path(
        "exchange/v1/log/consistency/<str:old>/<str:new>",
        log_views.consistency,
        name="log-consistency",
    ),
    path("exchange/v1/log/<path:path>", log_views.log, name="log-tiles"),
]
