"""The addresses of the desk, one line each."""

from django.urls import path

from .views import inbox, outcomes

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/decide/", outcomes.decide_several, name="inbox-decide"),
    path("inbox/<uuid:pk>/", inbox.item, name="inbox-item"),
    path("inbox/<uuid:pk>/bar/", inbox.bar, name="inbox-bar"),
    path("inbox/<uuid:pk>/outcome/", outcomes.decide, name="inbox-outcome"),
    path("inbox/<uuid:pk>/undo/", outcomes.undo, name="inbox-undo"),
]
