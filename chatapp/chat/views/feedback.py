"""Thumbs on answers, the copy signal, and the team's switch for signals."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chatapp.accounts.access import admin_required
from chatapp.feedback import recording, signals
from chatapp.feedback.models import Rating, Signal
from chatapp.feedback.rate import LONGEST, REASONS, rate, take_back

from .. import runs
from ..answers import done, get_page, own_message, post


@get_page
def why(request: HttpRequest, key: UUID) -> HttpResponse:
    """The reasons to choose from, with those chosen; nothing while there is no thumb."""
    message = own_message(request, key)
    rating = Rating.objects.filter(member_id=request.user.pk, message=message).first()
    reasons = REASONS[Rating.Thumb(rating.thumb)].items() if rating else ()
    context = {"message": message, "rating": rating, "reasons": reasons, "longest": LONGEST}
    return render(request, "feedback/_why.html", context)


@post
def save(request: HttpRequest, key: UUID) -> HttpResponse:
    """Fields: `thumb` up, down or "" (take it back); with `why` also `reasons` and `words`, else those stay."""
    message = own_message(request, key)
    thumb = request.POST.get("thumb", "")
    if not thumb:
        take_back(request.user, message)
    elif "why" in request.POST:
        reasons = [name for name in request.POST.get("reasons", "").split(",") if name]
        rate(request.user, message, thumb, reasons, request.POST.get("words", ""))
    else:
        rate(request.user, message, thumb)
    runs.changed(message.conversation, turns=True, row=False)
    return done()


@post
def copied(request: HttpRequest, key: UUID) -> HttpResponse:
    runs.aside(signals.note, Signal.Kind.COPY, own_message(request, key).pk)
    return done()


@get_page
@admin_required
def recording_page(request: HttpRequest) -> HttpResponse:
    context = {"on": recording.is_on(), "history": recording.history()}
    return render(request, "feedback/recording.html", context)


@post
@admin_required
def recording_turn(request: HttpRequest) -> HttpResponse:
    """Field `on`: true or false."""
    on = request.POST.get("on", "") == "true"
    if recording.turn(on, by=request.user):
        messages.success(
            request, _("Signals are recorded from now on.") if on else _("Signals are not recorded any more.")
        )
    return redirect("chat:recording")
