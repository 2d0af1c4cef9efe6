from django.urls import path

from . import (
    answers,
    approvals,
    attachments,
    bulk,
    disputing,
    feed,
    one,
    parties,
    shelf,
    steps,
    versions,
    words,
)

urlpatterns = [
    path("records", shelf.Shelf.as_view(), name="api-records"),
    path("records/bulk", bulk.Bulk.as_view(), name="api-bulk"),
    path("records/<uuid:id>", one.One.as_view(), name="api-record"),
    path("records/<uuid:id>/draft", one.Draft.as_view(), name="api-draft"),
    path("records/<uuid:id>/audience-preview", one.AudiencePreview.as_view(), name="api-audience"),
    path("records/<uuid:id>/duplicates", one.Duplicates.as_view(), name="api-duplicates"),
    path("records/<uuid:id>/submit", steps.Submit.as_view(), name="api-submit"),
    path("records/<uuid:id>/withdraw", steps.Withdraw.as_view(), name="api-withdraw"),
    path("records/<uuid:id>/approve", steps.Approve.as_view(), name="api-approve"),
    path("records/<uuid:id>/return", steps.Return.as_view(), name="api-return"),
    path("records/<uuid:id>/amend", steps.Amend.as_view(), name="api-amend"),
    path("records/<uuid:id>/discard", steps.Discard.as_view(), name="api-discard"),
    path("records/<uuid:id>/recall", steps.Recall.as_view(), name="api-recall"),
    path("records/<uuid:id>/renew", steps.Renew.as_view(), name="api-renew"),
    path("records/<uuid:id>/delete", steps.Delete.as_view(), name="api-delete"),
    path("records/<uuid:id>/answers", answers.Answers.as_view(), name="api-answers"),
    path("records/<uuid:id>/answers/begin", answers.Begin.as_view(), name="api-answer-begin"),
    path("records/<uuid:id>/disputes", disputing.Disputes.as_view(), name="api-disputes"),
    path("records/<uuid:id>/ruling", disputing.Ruling.as_view(), name="api-ruling"),
    path("disputes", disputing.ToDecide.as_view(), name="api-disputes-to-decide"),
    path("records/<uuid:id>/versions", versions.Versions.as_view(), name="api-versions"),
    path(
        "records/<uuid:id>/versions/<int:number>", versions.OneVersion.as_view(), name="api-version"
    ),
    path(
        "records/<uuid:id>/versions/<int:number>/signature",
        versions.Signature.as_view(),
        name="api-signature",
    ),
    path("records/<uuid:id>/attachments", attachments.Attachments.as_view(), name="api-files"),
    path(
        "records/<uuid:id>/attachments/<uuid:file>", attachments.OneFile.as_view(), name="api-file"
    ),
    path(
        "records/<uuid:id>/attachments/<uuid:file>/content",
        attachments.Bytes.as_view(),
        name="api-file-content",
    ),
    path(
        "records/<uuid:id>/attachments/<uuid:file>/finish",
        attachments.Finish.as_view(),
        name="api-file-finish",
    ),
    path(
        "records/<uuid:id>/attachments/<uuid:file>/delete",
        attachments.Remove.as_view(),
        name="api-file-delete",
    ),
    path("references", shelf.References.as_view(), name="api-references"),
    path("approvals", approvals.Approvals.as_view(), name="api-approvals"),
    path("feed", feed.Feed.as_view(), name="api-feed"),
    path("codes", words.CodeLists.as_view(), name="api-codes"),
    path("codes/<str:name>", words.CodeList.as_view(), name="api-code-list"),
    path("kinds", words.Kinds.as_view(), name="api-kinds"),
    path("kinds/<str:code>/schema", words.KindSchema.as_view(), name="api-kind-schema"),
    path("parties", parties.Parties.as_view(), name="api-parties"),
]
