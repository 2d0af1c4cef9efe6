"""The addresses of the API. What is not one of them is answered as a problem, not as a page."""

from django.urls import include, path, re_path

from .views import Description, Me, Nowhere, documentation

urlpatterns = [
    path("docs", documentation, name="api-docs"),
    path("v1/schema", Description.as_view(), name="api-schema"),
    path("v1/me", Me.as_view(), name="api-me"),
    path("v1/", include("sharing.records.api.urls")),
    path("v1/", include("sharing.search.api_urls")),
    path("v1/", include("sharing.desk.api.urls")),
    re_path("", Nowhere.as_view(), name="api-nowhere"),
]
