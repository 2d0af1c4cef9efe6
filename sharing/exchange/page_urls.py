from django.urls import path

from . import metrics, pages

urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("administration/channels/", pages.overview, name="channels"),
    path("administration/channels/<int:pk>/", pages.channel, name="channel"),
    path("administration/channels/<int:pk>/pause/", pages.pause, name="channel-pause"),
    path("administration/channels/<int:pk>/resume/", pages.resume, name="channel-resume"),
    path("administration/channels/<int:pk>/restart/", pages.restart, name="channel-restart"),
    path(
        "administration/channels/<int:pk>/items/<int:item>/replay/",
        pages.replay,
        name="channel-replay",
    ),
]
