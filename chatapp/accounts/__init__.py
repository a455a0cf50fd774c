"""Floor 1: who may come in, and with which right.

    models.py      User, Group, ReviewGrant, Invitation, SetupLink, PasswordLink
    access.py      the rights in one place: decorators for views, the check of open sockets
    setup.py invite.py join.py deactivate.py change_role.py groups.py review_grants.py rename.py
    password_link.py signout_everywhere.py
                   one deed, one module, one transaction each; all of them refuse with `Refused`,
                   and what they did is in the audit log
    views/         the pages: signing in and out, the own account, the team

Signing in, signing out and passwords are django-allauth's, behind `adapter.py`.
"""
