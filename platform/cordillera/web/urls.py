from django.urls import path

from cordillera.web.views import frame, help, preferences, style

urlpatterns = [
    path("health", frame.health, name="health"),
    path("navigation/", frame.navigation, name="navigation"),
    path("palette/", frame.palette, name="palette"),
    path("preferences/language/", preferences.language, name="language"),
    path("preferences/theme/", preferences.theme, name="theme"),
    path("help/", help.index, name="help"),
    path("help/style/", style.page, name="style"),
]
