"""Accounts, signing in, administration.

allauth's addresses are listed one by one, so that only what this platform uses is open: no
sign-up, no e-mail addresses managed by officers, no password for accounts without one.
"""

from __future__ import annotations

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path, re_path

from .views import account, confirmation, invitation
from .views.administration import (
    agreements,
    invitations,
    keys,
    officers,
    peers,
    settings,
    systems,
    units,
)

sign_in = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
]

second_factors = [
    path("", mfa.index, name="mfa_index"),
    path("required/", account.second_factor, name="second-factor"),
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "passkeys/reauthenticate/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("passkeys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", account.passkey_remove, name="mfa_remove_webauthn"),
]

own = [
    path("", account.account, name="account"),
    path("sessions/", account.session_list, name="usersessions_list"),
    path("sessions/revoke/", account.session_revoke, name="sessions-revoke"),
    path("sessions/<int:pk>/revoke/", account.session_revoke, name="session-revoke"),
    path("confirm/<str:token>/", confirmation.confirm, name="account-confirm"),
    path("tokens/", account.tokens, name="account-tokens"),
    path("tokens/<uuid:pk>/revoke/", account.token_revoke, name="account-token-revoke"),
]

administration = [
    path("", officers.officers, name="administration"),
    path("officers/<uuid:pk>/", officers.officer, name="administration-officer"),
    path("officers/<uuid:pk>/<slug:act>/", officers.officer_act, name="administration-officer-act"),
    path("units/", units.units, name="administration-units"),
    path("units/<int:pk>/", units.unit, name="administration-unit"),
    path("invitations/", invitations.invitations, name="administration-invitations"),
    path(
        "invitations/<uuid:pk>/revoke/",
        invitations.invitation_revoke,
        name="administration-invitation-revoke",
    ),
    path("systems/", systems.systems, name="administration-systems"),
    path("systems/<uuid:pk>/", systems.system, name="administration-system"),
    path("systems/<uuid:pk>/<slug:act>/", systems.system_act, name="administration-system-act"),
    path("tokens/<uuid:pk>/revoke/", systems.token_revoke, name="administration-token-revoke"),
    path("keys/", keys.keys, name="administration-keys"),
    path("keys/key-set/", keys.key_set, name="administration-key-set"),
    path("keys/<slug:kid>/revoke/", keys.key_revoke, name="administration-key-revoke"),
    path("peers/", peers.peers, name="administration-peers"),
    path("peers/introduce/", peers.introduce, name="administration-peer-introduce"),
    path("peers/enrol/", peers.enrol, name="administration-peer-enrol"),
    path("peers/<slug:code>/", peers.peer, name="administration-peer"),
    path("peers/<slug:code>/remove/", peers.remove, name="administration-peer-remove"),
    path("agreements/", agreements.agreements, name="administration-agreements"),
    path("agreements/<slug:code>/", agreements.agreement, name="administration-agreement"),
    path(
        "agreements/<slug:code>/suspend/",
        agreements.suspend,
        name="administration-agreement-suspend",
    ),
    path("agreements/<slug:code>/names/", agreements.names, name="administration-agreement-names"),
    path(
        "agreements/<slug:code>/resume/", agreements.resume, name="administration-agreement-resume"
    ),
    path("settings/", settings.settings, name="administration-settings"),
]

urlpatterns = [
    path("account/", include([*own, *sign_in, path("factors/", include(second_factors))])),
    path("administration/", include(administration)),
]
