from django.urls import path

from .api import SearchRecords

urlpatterns = [path("search", SearchRecords.as_view(), name="api-search")]
