from django.urls import path

from .api import SearchRecords
from .api_saved import Forget, OneSaved, Results, SavedSearches

urlpatterns = [
    path("search", SearchRecords.as_view(), name="api-search"),
    path("saved-searches", SavedSearches.as_view(), name="api-saved-searches"),
    path("saved-searches/<uuid:id>", OneSaved.as_view(), name="api-saved-search"),
    path("saved-searches/<uuid:id>/delete", Forget.as_view(), name="api-saved-search-delete"),
    path("saved-searches/<uuid:id>/results", Results.as_view(), name="api-saved-search-results"),
]
