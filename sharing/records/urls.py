"""The addresses of records, one line each."""

from django.urls import path

from .views import approvals, attachments, decisions, history, printing, record, renewing, versions

urlpatterns = [
    path("approvals/", approvals.queue, name="approvals"),
    path("approvals/<uuid:pk>/", approvals.one, name="approval"),
    path("records/<uuid:pk>/", record.summary, name="record"),
    path("records/<uuid:pk>/answers/", record.answers, name="record-answers"),
    path("records/<uuid:pk>/links/", record.links, name="record-links"),
    path("records/<uuid:pk>/versions/", versions.versions, name="record-versions"),
    path("records/<uuid:pk>/versions/<int:number>/", versions.version, name="record-version"),
    path("records/<uuid:pk>/versions/<int:number>/signed/", record.signed, name="record-signed"),
    path("records/<uuid:pk>/history/", history.history, name="record-history"),
    path("records/<uuid:pk>/print/", printing.printed, name="record-print"),
    path("records/<uuid:pk>/attachments/", attachments.files, name="record-attachments"),
    path("records/<uuid:pk>/attachments/<uuid:file>/", attachments.download, name="attachment"),
    path(
        "records/<uuid:pk>/attachments/<uuid:file>/parts/",
        attachments.parts,
        name="attachment-parts",
    ),
    path(
        "records/<uuid:pk>/attachments/<uuid:file>/parts/<int:number>/",
        attachments.part,
        name="attachment-part",
    ),
    path(
        "records/<uuid:pk>/attachments/<uuid:file>/finish/",
        attachments.finish,
        name="attachment-finish",
    ),
    path(
        "records/<uuid:pk>/attachments/<uuid:file>/remove/",
        attachments.remove,
        name="attachment-remove",
    ),
    path("records/<uuid:pk>/approve/", decisions.approve, name="record-approve"),
    path("records/<uuid:pk>/return/", decisions.send_back, name="record-return"),
    path("records/<uuid:pk>/withdraw/", decisions.withdraw, name="record-withdraw"),
    path("records/<uuid:pk>/amend/", decisions.amend, name="record-amend"),
    path("records/<uuid:pk>/renew/", renewing.renew, name="record-renew"),
    path("records/<uuid:pk>/discard/", decisions.discard, name="record-discard"),
    path("records/<uuid:pk>/recall/", decisions.recall, name="record-recall"),
    path("records/<uuid:pk>/delete/", decisions.delete, name="record-delete"),
]
