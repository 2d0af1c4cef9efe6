from django.urls import path

from . import inbox, notifications

urlpatterns = [
    path("inbox", inbox.Inbox.as_view(), name="api-inbox"),
    path("inbox/<uuid:id>", inbox.Item.as_view(), name="api-inbox-item"),
    path("inbox/<uuid:id>/referees", inbox.Referees.as_view(), name="api-inbox-referees"),
    path("inbox/<uuid:id>/outcome", inbox.Decide.as_view(), name="api-inbox-outcome"),
    path("inbox/<uuid:id>/undo", inbox.Undo.as_view(), name="api-inbox-undo"),
    path("notifications", notifications.Notifications.as_view(), name="api-notifications"),
    path("notifications/read", notifications.Read.as_view(), name="api-notifications-read"),
]
