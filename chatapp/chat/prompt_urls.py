"""The addresses of prompts: /prompts/…"""

from django.urls import path

from .views.prompts import editing, figures, files, library, publishing, rules, trying

app_name = "prompts"
urlpatterns = [
    path("", library.index, name="library"),
    path("slash/", library.slash, name="slash"),
    path("new/", editing.new, name="new"),
    path("team-default/", rules.team_default, name="team_default"),
    path("export/", files.export_all, name="export_all"),
    path("import/", files.bring_in, name="import"),
    path("try/<uuid:key>/figures/", trying.figures, name="try_figures"),
    # /prompts/p/<prompt>/
    path("p/<slug:slug>/", library.show, name="show"),
    path("p/<slug:slug>/favourite/", library.favourite, name="favourite"),
    path("p/<slug:slug>/edit/", editing.edit, name="edit"),
    path("p/<slug:slug>/draft/", editing.draft, name="draft"),
    path("p/<slug:slug>/draft/discard/", editing.discard, name="discard"),
    path("p/<slug:slug>/save/", editing.save, name="save"),
    path("p/<slug:slug>/history/", publishing.history, name="history"),
    path("p/<slug:slug>/versions/<int:number>/", publishing.version, name="version"),
    path("p/<slug:slug>/compare/", publishing.compare, name="compare"),
    path("p/<slug:slug>/publish/", publishing.publish, name="publish"),
    path("p/<slug:slug>/label/", publishing.label, name="label"),
    path("p/<slug:slug>/label/remove/", publishing.remove_label, name="remove_label"),
    path("p/<slug:slug>/try/", trying.page, name="try"),
    path("p/<slug:slug>/try/run/", trying.run, name="try_run"),
    path("p/<slug:slug>/figures/", figures.page, name="figures"),
    path("p/<slug:slug>/rules/", rules.page, name="rules"),
    path("p/<slug:slug>/rules/describe/", rules.describe, name="describe"),
    path("p/<slug:slug>/rules/access/", rules.access, name="access"),
    path("p/<slug:slug>/rules/four-eyes/", rules.four_eyes, name="four_eyes"),
    path("p/<slug:slug>/rules/archive/", rules.archive, name="archive"),
    path("p/<slug:slug>/rules/bring-back/", rules.bring_back, name="bring_back"),
    path("p/<slug:slug>/export/", files.export_one, name="export"),
]
