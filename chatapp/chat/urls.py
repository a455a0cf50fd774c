"""The addresses of the member's room."""

from django.urls import path

from .views import compact, feedback, folders, ordering, pages, posts, search, settings, sharing, sidebar, takeout
from .views import help as help_pages

app_name = "chat"
urlpatterns = [
    path("", pages.new, name="new"),
    # /c/<conversation>/
    path("c/<uuid:key>/", pages.conversation, name="conversation"),
    path("c/<uuid:key>/turns/", pages.turns, name="turns"),
    path("c/<uuid:key>/earlier/", pages.earlier, name="earlier"),
    path("c/<uuid:key>/later/", pages.later, name="later"),
    path("c/<uuid:key>/meter/", pages.meter, name="meter"),
    path("c/<uuid:key>/send/", posts.send, name="send"),
    path("c/<uuid:key>/rename/", sidebar.rename_it, name="rename"),
    path("c/<uuid:key>/delete/", sidebar.delete, name="delete"),
    path("c/<uuid:key>/restore/", sidebar.restore, name="restore"),
    path("c/<uuid:key>/read/", sidebar.read, name="read"),
    path("c/<uuid:key>/draft/", sidebar.draft, name="draft"),
    path("c/<uuid:key>/keep/", ordering.keep, name="keep"),
    path("c/<uuid:key>/settings/", settings.settings, name="settings"),
    path("c/<uuid:key>/settings/defaults/", settings.mine, name="settings_mine"),
    path("c/<uuid:key>/settings/team/", settings.team, name="settings_team"),
    path("c/<uuid:key>/compact/", compact.choice, name="compact"),
    path("c/<uuid:key>/compact/begin/", compact.start, name="compact_begin"),
    path("c/<uuid:key>/share/", sharing.dialog, name="share"),
    path("c/<uuid:key>/share/make/", sharing.make, name="share_make"),
    path("c/<uuid:key>/share/revoke/", sharing.revoke_link, name="share_revoke"),
    path("c/<uuid:key>/take/", takeout.take, name="take"),
    path("c/<uuid:key>/export/", takeout.export_one, name="export"),
    path("c/<uuid:key>/print/", takeout.print_view, name="print"),
    # /data/
    path("data/", takeout.data, name="data"),
    path("data/chats/", takeout.data_chats, name="data_chats"),
    path("data/export/", takeout.export_many, name="data_export"),
    path("data/import/", takeout.import_state, name="import"),
    path("data/import/begin/", takeout.import_begin, name="import_begin"),
    path("data/import/part/", takeout.import_part, name="import_part"),
    path("data/import/check/", takeout.import_check, name="import_check"),
    path("data/import/start/", takeout.import_start, name="import_start"),
    path("data/import/cancel/", takeout.import_cancel, name="import_cancel"),
    path("data/import/skips/", takeout.import_skips, name="import_skips"),
    # /m/<message>/
    path("m/<uuid:key>/", pages.message, name="message"),
    path("m/<uuid:key>/source/", pages.source, name="source"),
    path("m/<uuid:key>/about/", pages.about, name="about"),
    path("m/<uuid:key>/retry/", posts.again, name="retry"),
    path("m/<uuid:key>/continue/", posts.go_on, name="continue"),
    path("m/<uuid:key>/show/", posts.show, name="show"),
    path("m/<uuid:key>/weight/", posts.weight, name="weight"),
    path("m/<uuid:key>/queued/", posts.queued_edit, name="queued_edit"),
    path("m/<uuid:key>/queued/remove/", posts.queued_remove, name="queued_remove"),
    path("m/<uuid:key>/summary/edit/", compact.edit, name="summary_edit"),
    path("m/<uuid:key>/summary/again/", compact.again, name="summary_again"),
    path("m/<uuid:key>/summary/remove/", compact.remove, name="summary_remove"),
    path("m/<uuid:key>/summary/restore/", compact.bring_back, name="summary_restore"),
    path("m/<uuid:key>/feedback/", feedback.why, name="feedback"),
    path("m/<uuid:key>/feedback/save/", feedback.save, name="feedback_save"),
    path("m/<uuid:key>/copied/", feedback.copied, name="copied"),
    # /r/<reply>/
    path("r/<uuid:key>/stop/", posts.stop_reply, name="stop"),
    path("r/<uuid:key>/tail/", pages.reply_tail, name="tail"),
    # /list/
    path("list/", sidebar.rows, name="list"),
    path("list/<uuid:key>/", sidebar.row, name="row"),
    path("list/shelves/", sidebar.lists, name="shelves"),
    path("list/views/", ordering.views, name="views"),
    path("list/do/", ordering.do, name="do"),
    path("list/choose/folder/", ordering.choose_folder, name="choose_folder"),
    path("list/choose/tags/", ordering.choose_tags, name="choose_tags"),
    path("list/trash/empty/", ordering.empty_trash, name="empty_trash"),
    # /folders/<folder>/
    path("folders/new/", folders.new, name="folder_new"),
    path("folders/create/", folders.create, name="folder_create"),
    path("folders/<uuid:key>/", folders.folder, name="folder"),
    path("folders/<uuid:key>/fold/", folders.fold, name="folder_fold"),
    path("folders/<uuid:key>/remove/", folders.remove, name="folder_remove"),
    # /find/
    path("find/", search.palette, name="palette"),
    path("find/results/", search.results, name="find"),
    # /shared/
    path("shared/", sharing.mine, name="shared"),
    # /team/recording/
    path("team/recording/", feedback.recording_page, name="recording"),
    path("team/recording/turn/", feedback.recording_turn, name="recording_turn"),
    # /help/
    path("help/parameters/", help_pages.parameters, name="parameters"),
    path("help/connect/", help_pages.connect, name="connect"),
]
