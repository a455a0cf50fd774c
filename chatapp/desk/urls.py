"""The addresses of the reviewer's room."""

from django.urls import path

from .views import conversation, exports, listing, marks, rubric

app_name = "desk"
urlpatterns = [
    path("", listing.page, name="list"),
    path("look/", listing.begin_look, name="look"),
    # /review/views/
    path("views/", listing.views, name="views"),
    path("views/save/", listing.save_view, name="view_save"),
    path("views/<uuid:key>/forget/", listing.forget_view, name="view_forget"),
    # /review/c/<conversation>/
    path("c/<uuid:key>/", conversation.page, name="conversation"),
    path("c/<uuid:key>/open/", conversation.open_it, name="open"),
    path("c/<uuid:key>/close/", conversation.close, name="close"),
    path("c/<uuid:key>/here/", conversation.here, name="here"),
    path("c/<uuid:key>/earlier/", conversation.earlier, name="earlier"),
    path("c/<uuid:key>/branches/", conversation.branches, name="branches"),
    path("c/<uuid:key>/m/<uuid:message>/about/", conversation.about, name="about"),
    path("c/<uuid:key>/m/<uuid:message>/score/", marks.score, name="score"),
    path("c/<uuid:key>/m/<uuid:message>/correct/", marks.correct, name="correct"),
    path("c/<uuid:key>/label/", marks.label, name="label"),
    path("c/<uuid:key>/comment/", marks.comment, name="comment"),
    path("c/<uuid:key>/comment/<uuid:comment>/remove/", marks.remove_comment, name="comment_remove"),
    path("c/<uuid:key>/reviewed/", marks.reviewed, name="reviewed"),
    path("c/<uuid:key>/undo/", marks.undo, name="undo"),
    # /review/rubric/
    path("rubric/", rubric.page, name="rubric"),
    path("rubric/save/", rubric.save, name="rubric_save"),
    # /review/export/
    path("export/", exports.page, name="export"),
    path("export/begin/", exports.begin_export, name="export_begin"),
    path("export/<uuid:key>/", exports.state, name="export_state"),
    path("export/<uuid:key>/file/", exports.file, name="export_file"),
]
