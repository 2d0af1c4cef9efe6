from django.urls import path

from . import views

urlpatterns = [
    path("search/", views.page, name="search"),
    path("search/export/", views.export, name="search-export"),
    path("search/saved/", views.saved_searches, name="saved-searches"),
    path("search/saved/<uuid:pk>/", views.change, name="saved-search-change"),
]
