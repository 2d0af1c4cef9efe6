"""The addresses of the desk, one line each."""

from django.urls import path

from .views import inbox, notices, notifications, outcomes, watch

urlpatterns = [
    path("", watch.first, name="desk"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/decide/", outcomes.decide_several, name="inbox-decide"),
    path("inbox/<uuid:pk>/", inbox.item, name="inbox-item"),
    path("inbox/<uuid:pk>/bar/", inbox.bar, name="inbox-bar"),
    path("inbox/<uuid:pk>/outcome/", outcomes.decide, name="inbox-outcome"),
    path("inbox/<uuid:pk>/undo/", outcomes.undo, name="inbox-undo"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<uuid:pk>/acknowledge/", notices.acknowledge, name="notice-acknowledge"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications-read"),
    path("notifications/reach/", notifications.choose_reach, name="notifications-reach"),
    path("notifications/<uuid:pk>/", notifications.open_one, name="notification"),
]
