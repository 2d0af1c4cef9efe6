"""Plain words for what roles, scopes and log entries are called inside."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SCOPE_WORDS = {
    "read": _("read records, lists and the own feed"),
    "search": _("search across records"),
    "draft": _("draft, submit and amend records"),
    "answer": _("acknowledge, comment and report sightings"),
    "release": _("approve, release and recall"),
}

#: What an entry of the log says, by its tag. A tag without words shows as it is.
TAG_WORDS = {
    "access:refuse": _("was refused"),
    "account:change": _("changed own preferences"),
    "audit:export": _("exported the log"),
    "factor:add": _("added a second factor"),
    "factor:clear": _("removed an officer's second factors"),
    "factor:fail": _("gave a wrong second factor"),
    "factor:remove": _("removed a second factor"),
    "factor:reset": _("made new recovery codes"),
    "invitation:accept": _("accepted an invitation"),
    "invitation:make": _("invited an officer"),
    "invitation:revoke": _("ended an invitation"),
    "key:make": _("made the first signing key"),
    "key:reseal": _("sealed a signing key anew"),
    "key:rotate": _("rotated the signing key"),
    "officer:activate": _("opened an account again"),
    "officer:add": _("added an account"),
    "officer:change": _("changed an account"),
    "officer:deactivate": _("closed an account"),
    "party:add": _("added the Party"),
    "party:settings": _("changed the Party's settings"),
    "password:change": _("changed the password"),
    "password:reset": _("set a new password by mail"),
    "password:set": _("set a password"),
    "proof:give": _("gave a new proof"),
    "demo:load": _("loaded the demonstration data"),
    "inbox:decide": _("decided on an inbox item"),
    "record:acknowledge": _("acknowledged a record"),
    "record:amend": _("began an amendment"),
    "record:answer": _("answered a record"),
    "record:arrive": _("received a record"),
    "record:delete": _("deleted a record"),
    "record:discard": _("discarded an amendment"),
    "record:download": _("downloaded a signed version"),
    "record:draft": _("began a record"),
    "record:expire": _("let a record expire"),
    "record:list": _("listed records"),
    "record:lock": _("locked a record"),
    "record:print": _("printed a record"),
    "record:propose-recall": _("proposed a recall"),
    "record:read": _("read a record"),
    "record:recall": _("recalled a record"),
    "record:release": _("released a record"),
    "record:return": _("returned a draft"),
    "record:save": _("saved a draft"),
    "record:submit": _("sent a draft to review"),
    "record:withdraw": _("took a draft back"),
    "search:export": _("exported search results"),
    "search:forget": _("deleted a saved search"),
    "search:jump": _("jumped by the palette"),
    "search:notify": _("changed a saved search"),
    "search:run": _("searched"),
    "search:save": _("saved a search"),
    "session:close": _("signed out"),
    "session:lock-out": _("was locked out after failed attempts"),
    "session:open": _("signed in"),
    "session:refuse": _("failed to sign in"),
    "session:revoke": _("ended sessions"),
    "token:refuse": _("came with a token that is not valid"),
    "token:make": _("made an access token"),
    "token:revoke": _("ended an access token"),
    "unit:add": _("added a unit"),
    "unit:change": _("changed a unit"),
}


def tag_words(tag: str) -> str:
    return str(TAG_WORDS.get(tag, tag))
