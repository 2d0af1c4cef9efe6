"""The addresses of writing, one line each."""

from django.urls import path

from ..views import answering_files, answers, autosave, codes, disputing, editor, preview

urlpatterns = [
    path("codes/<slug:name>/", codes.options, name="codes"),
    path("records/new/", editor.choose, name="record-new"),
    path("records/new/<slug:kind>/", editor.begin, name="record-new"),
    path("records/<uuid:pk>/edit/", editor.edit, name="record-edit"),
    path("records/<uuid:pk>/edit/save/", autosave.save, name="record-save"),
    path("records/<uuid:pk>/edit/state/", preview.draft_state, name="record-draft-state"),
    path("records/<uuid:pk>/edit/preview/", preview.preview, name="record-preview"),
    path("records/<uuid:pk>/submit/", editor.submit, name="record-submit"),
    path("records/<uuid:pk>/acknowledge/", answers.acknowledge, name="acknowledge"),
    path("records/<uuid:pk>/sighting/", answers.sighting, name="sighting-new"),
    path("records/<uuid:pk>/comment/", answers.comment, name="comment-new"),
    path("records/<uuid:pk>/<slug:kind>/files/", answering_files.files, name="answer-attachments"),
    path("records/<uuid:pk>/dispute/", answers.dispute, name="dispute-new"),
    path("records/<uuid:pk>/dispute/withdraw/", disputing.withdraw, name="dispute-withdraw"),
    path("records/<uuid:pk>/dispute/decide/", disputing.rule, name="ruling-new"),
    path("records/<uuid:pk>/dispute/again/", disputing.again, name="ruling-again"),
    path("records/<uuid:pk>/dispute/correct/", disputing.correct, name="dispute-correct"),
]
