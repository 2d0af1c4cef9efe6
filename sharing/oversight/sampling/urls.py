"""Addresses of the drawn searches."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("searches/", views.searches, name="searches"),
    path("searches/<uuid:pk>/", views.review, name="search-review"),
]
