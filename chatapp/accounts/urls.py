"""Addresses of this room: of allauth's only those a team without open sign-up needs."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from chatapp.accounts.views import entrance, groups, me, member, reviews, team

# allauth looks its addresses up by these names.
sign_in = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", entrance.SignOut.as_view(), name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),  # says that it is closed, and where to ask
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", entrance.ForgotPassword.as_view(), name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
ours = [
    path("setup/<str:token>/", entrance.setup_page, name="setup"),
    path("join/<str:token>/", entrance.join_page, name="join"),
    path("new-password/<str:token>/", entrance.new_password_page, name="new_password"),
    path("team/", team.team, name="team"),
    path("team/invite/", team.team_invite, name="team_invite"),
    path("team/invitations/<int:invitation_id>/revoke/", team.team_revoke, name="team_revoke"),
    path("team/<int:user_id>/", member.member, name="member"),
    path("team/<int:user_id>/role/", member.team_role, name="team_role"),
    path("team/<int:user_id>/groups/", member.team_groups, name="team_groups"),
    path("team/<int:user_id>/deactivate/", member.team_deactivate, name="team_deactivate"),
    path("team/<int:user_id>/reactivate/", member.team_reactivate, name="team_reactivate"),
    path("team/<int:user_id>/sign-out/", member.team_signout, name="team_signout"),
    path("team/<int:user_id>/sessions/<int:session_id>/end/", member.team_end_session, name="team_end_session"),
    path("team/<int:user_id>/password-link/", member.team_password_link, name="team_password_link"),
    path("team/groups/", groups.groups, name="groups"),
    path("team/groups/new/", groups.group_make, name="group_make"),
    path("team/groups/<int:group_id>/", groups.group, name="group"),
    path("team/groups/<int:group_id>/rename/", groups.group_rename, name="group_rename"),
    path("team/groups/<int:group_id>/delete/", groups.group_delete, name="group_delete"),
    path("team/groups/<int:group_id>/enter/", groups.group_enter, name="group_enter"),
    path("team/groups/<int:group_id>/leave/", groups.group_leave, name="group_leave"),
    path("team/reviews/", reviews.reviews, name="reviews"),
    path("team/reviews/grant/", reviews.review_grant, name="review_grant"),
    path("team/reviews/<int:grant_id>/revoke/", reviews.review_revoke, name="review_revoke"),
    path("me/", me.me, name="me"),
    path("me/name/", me.me_name, name="me_name"),
    path("me/theme/", me.me_theme, name="theme"),
    path("me/language/", me.me_language, name="language"),
    path("me/shortcuts/", me.me_shortcuts, name="shortcuts"),
    path("me/sessions/<int:session_id>/end/", me.me_end_session, name="me_end_session"),
    path("me/sessions/end-all/", me.me_signout_everywhere, name="me_signout_everywhere"),
]
urlpatterns = [
    path("accounts/", include(sign_in)),
    path("", include((ours, "accounts"))),
]
