from django.urls import path

from . import bundle_views, entry, exporting, verification_views, views, witness_views

urlpatterns = [
    path("", views.entries, name="audit-log"),
    path("bundle/", bundle_views.bundle, name="audit-bundle"),
    path("bundle/<uuid:pk>/file/", bundle_views.file, name="audit-bundle-file"),
    path("bundle/<uuid:pk>/cancel/", bundle_views.cancel, name="audit-bundle-cancel"),
    path("bundle/<uuid:pk>/remove/", bundle_views.remove, name="audit-bundle-remove"),
    path("export/", exporting.export, name="audit-export"),
    path("verification/", verification_views.verification, name="audit-verification"),
    path("verification/start/", verification_views.start, name="audit-verify"),
    path("verification/<uuid:pk>/cancel/", verification_views.cancel, name="audit-verify-cancel"),
    path("witnesses/", witness_views.witnesses, name="audit-witnesses"),
    path("findings/<int:pk>/", witness_views.evidence, name="audit-evidence"),
    path("verifier.py", entry.verifier_file, name="audit-verifier"),
    path("keys.txt", entry.key_file, name="audit-keys"),
    path("<uuid:pk>/", entry.entry, name="audit-entry"),
    path("<uuid:pk>/proof/", entry.proof_file, name="audit-proof"),
]
