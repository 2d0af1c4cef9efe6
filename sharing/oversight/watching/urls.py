from django.urls import path

from . import views

urlpatterns = [
    path("watch/", views.notices, name="watch"),
    path("watch/thresholds/", views.thresholds, name="watch-thresholds"),
    path("watch/thresholds/units/<int:pk>/", views.hours, name="watch-hours"),
    path("watch/<uuid:pk>/", views.notice, name="watch-notice"),
    path("watch/<uuid:pk>/close/", views.close, name="watch-close"),
]
