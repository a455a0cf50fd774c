"""Pages that explain."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from chatapp.workersai.parameters import PARAMETERS

from ..answers import get_page
from ..guide import guide as read_guide

ORDER = ("Reasoning", "Length", "Sampling", "Repetition", "Output", "Tools", "Content", "Model")


@get_page
def guide(request: HttpRequest) -> HttpResponse:
    """How everything here is used: docs/guide.md."""
    places = {
        _("Settings explained"): reverse("chat:parameters"),
        _("Shared links"): reverse("chat:shared"),
        _("Your data"): reverse("chat:data"),
        _("Privacy"): reverse("open:privacy"),
    }
    return render(request, "help/guide.html", {"guide": read_guide(places)})


@get_page
def parameters(request: HttpRequest) -> HttpResponse:
    """The reference of every parameter, from the one table."""
    rows = [p for row in PARAMETERS for p in (row, *row.parts)]
    titles = [*ORDER, *sorted({p.group for p in rows} - set(ORDER))]
    groups = [{"title": t, "parameters": [p for p in rows if p.group == t]} for t in titles]
    return render(request, "help/parameters.html", {"groups": [g for g in groups if g["parameters"]]})


@get_page
def connect(request: HttpRequest) -> HttpResponse:
    """How to go from the stand-in to the model."""
    return render(request, "help/connect.html")
