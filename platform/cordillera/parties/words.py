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
    "address:ask": _("asked an officer to confirm another address"),
    "audit:bundle": _("took a signed bundle of the log"),
    "audit:bundle-cancel": _("cancelled a signed bundle of the log"),
    "audit:bundle-download": _("fetched a signed bundle of the log"),
    "audit:bundle-purge": _("removed an old signed bundle of the log"),
    "audit:bundle-remove": _("deleted an own signed bundle of the log"),
    "audit:evidence": _("took the evidence of a finding"),
    "audit:export": _("exported the log"),
    "audit:prove": _("took the proof of an entry"),
    "audit:restart": _("began the log's tree anew"),
    "entry:erase": _("erased the text of an entry"),
    "factor:add": _("added a second factor"),
    "factors:ask": _("asked an officer to confirm that his second factors are removed"),
    "factor:clear": _("removed an officer's second factors"),
    "factor:fail": _("gave a wrong second factor"),
    "factor:remove": _("removed a second factor"),
    "factor:reset": _("made new recovery codes"),
    "channel:behind": _("told that a channel is behind"),
    "channel:caught-up": _("told that a channel has caught up"),
    "channel:fail": _("failed to reach another node"),
    "channel:pause": _("paused a channel"),
    "channel:recover": _("reached another node again"),
    "channel:restart": _("began a channel anew"),
    "channel:resume": _("resumed a channel"),
    "channel:later-epoch": _("began a later epoch as a channel's recipient asked"),
    "channel:rewind": _("went back in a channel as its recipient asked"),
    "channel:stop": _("stopped a channel"),
    "envelope:apply": _("took in an envelope"),
    "envelope:receipt": _("got the receipt of an envelope"),
    "envelope:refuse": _("refused an envelope"),
    "envelope:replay": _("tried a refused item again"),
    "invitation:accept": _("accepted an invitation"),
    "invitation:make": _("invited an officer"),
    "invitation:revoke": _("ended an invitation"),
    "agreement:change": _("changed what may be released to a Party"),
    "agreement:hide-readers": _(
        "chose to name officers no longer to a Party whose records they open"
    ),
    "agreement:name-readers": _("chose to name officers to a Party whose records they open"),
    "agreement:resume": _("resumed sharing with a Party"),
    "agreement:suspend": _("suspended sharing with a Party"),
    "key:accept": _("took over another Party's key set"),
    "key:destroy": _("destroyed an old sealing key"),
    "key:make": _("made a key"),
    "key:publish": _("issued a key set"),
    "key:refuse": _("refused a key set"),
    "key:reseal": _("sealed a key anew at rest"),
    "key:retire": _("ended the second signature"),
    "key:revoke": _("revoked a key"),
    "key:root-export": _("exported the root key"),
    "key:root-remove": _("removed the root key from this node"),
    "key:root-renew": _("replaced the root key"),
    "key:root-restore": _("brought the root key back"),
    "key:rotate": _("rotated a key"),
    "key:unsigned": _("left a key set for the root key to sign"),
    "officer:activate": _("opened an account again"),
    "officer:add": _("added an account"),
    "officer:change": _("changed an account"),
    "officer:deactivate": _("closed an account"),
    "party:add": _("added the Party"),
    "party:settings": _("changed the Party's settings"),
    "party:address": _("changed the address of the Party's node"),
    "peer:address": _("changed where a peer is reached"),
    "peer:change": _("changed how a peer is spoken with"),
    "peer:enrol": _("enrolled another Party's node"),
    "peer:remove": _("removed a peer"),
    "ledger:download": _("fetched an export of the disclosure ledger"),
    "ledger:export": _("exported the disclosure ledger"),
    "ledger:purge": _("removed an old export of the disclosure ledger"),
    "ledger:sweep": _("deleted lines of the disclosure ledger whose years are over"),
    "attachment:abandon": _("removed an upload that was left unfinished"),
    "attachment:add": _("attached a file"),
    "attachment:refuse": _("refused a harmful file"),
    "attachment:remove": _("removed a file"),
    "log:finding": _("found something amiss with a log or its witness"),
    "log:resolved": _("found that what was amiss with a log or its witness is settled"),
    "log:verified": _("ended a verification of the log"),
    "log:verify": _("asked for a verification of the log"),
    "notifications:choose": _("chose what notifies"),
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
    "review:decide": _("gave a verdict on a search"),
    "review:overdue": _("told that reviews of searches are overdue"),
    "review:sweep": _("deleted reviews of searches whose years are over"),
    "search:change": _("changed a saved search"),
    "search:export": _("exported search results"),
    "search:forget": _("deleted a saved search"),
    "search:jump": _("jumped by the palette"),
    "search:notify": _("changed what a saved search tells"),
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
    "retention:hold": _("held a record back from deletion"),
    "retention:let-go": _("let a record go that was held back"),
    "watch:close": _("closed a notice of unusual use"),
    "watch:hours": _("set a unit's working hours for the watch"),
    "watch:raise": _("raised a notice of unusual use"),
    "watch:set": _("set the watch's thresholds"),
}


def tag_words(tag: str) -> str:
    return str(TAG_WORDS.get(tag, tag))


#: What the log calls who is no officer, as readers know it.
ACTOR_WORDS = {
    "node": _("this node"),
    "not signed in": _("nobody signed in"),
    "operator": _("operator of this node"),
}

#: Why a key set is not taken, by the code of the refusal; the log keeps the exact reason.
KEY_SET_REFUSALS = {
    "malformed": _("it is damaged, or something else than a key set"),
    "bad-signature": _("its signature does not verify"),
    "mismatch": _("it gives another key under an id that is known here"),
    "sequence-reused": _("another key set with its number is known here"),
    "unknown-sender": _("its Party is not enrolled here"),
    "unknown-key": _("it is signed with a key that is not known here"),
    "too-large": _("it is too large"),
    "log-taken": _(
        "it names a log or a witness that another Party’s node has here, or this one; only Parties of one "
        "node may share them, and the setting LOG_SHARED must say so"
    ),
}


def key_set_refusal(code: str) -> str:
    return str(KEY_SET_REFUSALS.get(code, code))


def actor_words(name: str) -> str:
    return str(ACTOR_WORDS.get(name, name))
