"""Every address. Sharing is named here only as strings."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
