"""Pages of the export room."""

from django.urls import path

from trialsite.export import views

app_name = "export"

urlpatterns = [
    path("exports/", views.exports, name="list"),
    path("exports/<uuid:pk>/", views.download, name="download"),
]
