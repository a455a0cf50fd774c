"""Who may do what with a prompt: by role (chatapp/accounts/access.py), and by what the prompt itself grants."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from chatapp.accounts.access import may_edit_prompts, may_publish_prompts

from .models import Grant, Prompt, Right

# The grants that contain a right: who may edit a prompt may use it, but not publish it.
GRANTED_BY = {
    Right.SEE: (Right.SEE, Right.USE, Right.EDIT, Right.PUBLISH),
    Right.USE: (Right.USE, Right.EDIT, Right.PUBLISH),
    Right.EDIT: (Right.EDIT,),
    Right.PUBLISH: (Right.PUBLISH,),
}


def granted(user_id: int, right: str) -> QuerySet[Grant]:
    """The grants by which the user has the right on prompts."""
    theirs = Q(group=None) | Q(group__members=user_id)
    return Grant.objects.filter(theirs, right__in=GRANTED_BY[Right(right)])


def by_role(user, right: str) -> bool:
    """Whether the user has this right on every prompt."""
    return may_publish_prompts(user) if right == Right.PUBLISH else may_edit_prompts(user)


def prompts(user, right: str) -> QuerySet[Prompt]:
    """Those on which the user has the right."""
    if by_role(user, right):
        return Prompt.objects.all()
    return Prompt.objects.filter(Exists(granted(user.pk, right).filter(prompt=OuterRef("pk"))))


def may(user, prompt: Prompt, right: str) -> bool:
    return by_role(user, right) or granted(user.pk, right).filter(prompt=prompt).exists()


def may_create(user) -> bool:
    return may_edit_prompts(user)


def edits_any(user) -> bool:
    """Whether there is something for the user on the editors' pages."""
    return may_edit_prompts(user) or any(granted(user.pk, right).exists() for right in (Right.EDIT, Right.PUBLISH))
