from django.urls import path

from . import views

urlpatterns = [
    path("retention/", views.falling, name="retention"),
    path("retention/renew/", views.renew, name="retention-renew"),
    path("retention/locked/", views.locked, name="retention-locked"),
    path("retention/held/", views.held, name="retention-held"),
    path("retention/deleted/", views.deleted, name="retention-deleted"),
    path("retention/deleted/<uuid:pk>/", views.deletion, name="retention-certificate"),
    path("retention/<uuid:pk>/hold/", views.hold, name="retention-hold"),
    path("retention/<uuid:pk>/let-go/", views.let_go, name="retention-let-go"),
]
