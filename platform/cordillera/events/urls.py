from django.urls import path

from . import views

urlpatterns = [path("live/ticket", views.live_ticket, name="live-ticket")]
