"""How records and their values stand on a page: `{% load records %}`."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from cordillera.web import moments
from cordillera.web.templatetags.web import chip, icon, state

from .. import codes, kinds, lifecycle
from ..models import Decision, Record
from ..reading import renewal
from ..reading.languages import title_language
from ..reading.sections import AS_FOUND
from ..schema import Shown

register = template.Library()

#: Lists whose codes officers know by heart: the code stands first, its words beside it.
CODE_FIRST = {"hs"}
#: Lists whose code stands small behind the words.
CODE_BEHIND = {"unlocode"}


@register.filter
def renews(decision: Decision) -> bool:
    """Whether the open proposal changes the record's dates alone."""
    return renewal.renews(decision)


@register.simple_tag
def kind(code: str) -> SafeString:
    """The kind of a record, as a chip with its icon."""
    known = kinds.get(code)
    return chip(known.label, "outline", known.icon)


@register.simple_tag(takes_context=True)
def record_state(context: template.Context, record: Record) -> SafeString:
    """The record's state as the reader's Party is told it."""
    return state(lifecycle.told(record.state, record.originator_id == context["identity"].party))


@register.simple_tag
def disputed_chip() -> SafeString:
    """The mark of a record that a Party disputes, until its originator has decided."""
    return chip(_("Disputed"), "violet", "flag")


@register.simple_tag
def disputed_mark(record: Record) -> SafeString:
    """The same, where `record` is disputed."""
    return disputed_chip() if record.is_disputed else SafeString("")


@register.simple_tag
def kind_icon(code: str) -> SafeString:
    known = kinds.get(code)
    return icon(known.icon, str(known.label))


@register.simple_tag
def title(record: Record) -> SafeString:
    """The title in the reader's language, else in another one that is named to screen readers."""
    words = record.display_title or _("(no title yet)")
    return format_html("<span{}>{}</span>", lang(title_language(record)), words)


def lang(code: str) -> SafeString:
    return format_html(' lang="{}"', code) if code else SafeString("")


@register.simple_tag
def record_link(record: Record) -> SafeString:
    """A record by its reference and title, as a link."""
    return format_html(
        '<a href="{}"><span class="mono">{}</span> {}</a>',
        reverse("record", args=[record.pk]),
        record.reference or _("draft"),
        title(record),
    )


@register.simple_tag(takes_context=True)
def reference(context: template.Context, text: str) -> SafeString:
    """A reference: a link where the reader sees that record, else the bare words. Nothing tells
    a record that he may not see from one that does not exist."""
    return reference_in(context.get("linked") or {}, text)


@register.simple_tag
def reference_in(linked: dict[str, Record], text: str) -> SafeString:
    """The same, among the records `linked` that the reader sees."""
    record = linked.get(text)
    if record is None:
        return format_html('<span class="mono">{}</span>', text)
    return format_html(
        '<a class="mono" href="{}" title="{}">{}</a>',
        reverse("record", args=[record.pk]),
        record.display_title,
        text,
    )


@register.simple_tag(takes_context=True)
def value(context: template.Context, shown: Shown) -> SafeString:
    """One value of a record's body, as the page shows it."""
    if shown.is_list:
        parts = ((value(context, child),) for child in shown.children)
        return format_html_join(SafeString("<br>"), "{}", parts)
    if shown.is_group:
        return _group(context, shown)
    if shown.is_link:
        return reference(context, shown.text)
    if shown.is_code:
        return _coded(shown)
    return _plain(shown)


def _group(context: template.Context, shown: Shown) -> SafeString:
    """The values of a small block in one line; what they are is in the title of each."""
    parts = (
        (child.label, value(context, child)) for child in shown.children if child.name != AS_FOUND
    )
    kept = any(child.name == AS_FOUND and child.raw for child in shown.children)
    line = format_html_join(" · ", '<span title="{}">{}</span>', parts)
    return format_html("{} {}", line, as_found()) if kept else line


@register.simple_tag
def as_found() -> SafeString:
    """Marks a number that is wrong by its check digit, and was really seen so."""
    return chip(_("as found"), "amber", "circle-alert")


def _coded(shown: Shown) -> SafeString:
    if shown.codes in CODE_FIRST:
        briefs = [(codes.get(shown.codes).brief(code, ""), label) for code, label in shown.parts]
        told = format_html_join(
            SafeString("<br>"),
            '<span class="mono">{}</span> <span class="muted small"{}>{}</span>',
            ((brief, lang(shown.language), label) for brief, label in briefs),
        )
        more = '{}<br><span class="muted small" lang="en">{}</span>'
        return format_html(more, told, shown.detail) if shown.detail else told
    if shown.codes in CODE_BEHIND:
        pairs = ((label, code) for code, label in shown.parts)
        return format_html_join(", ", '{} <span class="mono muted">{}</span>', pairs)
    return format_html("<span{}>{}</span>", lang(shown.language), shown.text)


@register.simple_tag
def code_only(shown: Shown) -> SafeString:
    """A code without its words, which stand beside it already, but for what is more about it."""
    told = format_html_join(
        ", ",
        '<span class="mono">{}</span>',
        ((codes.get(shown.codes).brief(code, ""),) for code, _label in shown.parts),
    )
    more = '{}<br><span class="muted small" lang="en">{}</span>'
    return format_html(more, told, shown.detail) if shown.detail else told


def _plain(shown: Shown) -> SafeString:
    raw = shown.raw
    if shown.widget == "datetime" and isinstance(raw, str):
        return moments.element(datetime.fromisoformat(raw), "long")
    if shown.widget == "date" and isinstance(raw, str):
        day = date.fromisoformat(raw)
        return format_html('<time datetime="{}">{}</time>', raw, moments.day_words(day))
    if shown.scheme:
        return format_html('<bdi class="mono">{}</bdi>', shown.text)
    if shown.widget == "textarea":
        return format_html('<div class="prose" dir="auto">{}</div>', shown.text)
    return format_html("<bdi{}>{}</bdi>", lang(shown.language), shown.text)


@register.simple_tag
def purged(counts: dict[str, int]) -> str:
    """What a recipient's receipt says was removed there, as "2 versions, 14 terms"."""
    words = {
        "versions": ngettext_lazy("%(n)d version", "%(n)d versions", "n"),
        "terms": ngettext_lazy("%(n)d term", "%(n)d terms", "n"),
        "documents": ngettext_lazy("%(n)d search entry", "%(n)d search entries", "n"),
        "exports": ngettext_lazy("%(n)d export", "%(n)d exports", "n"),
        "attachments": ngettext_lazy("%(n)d attachment", "%(n)d attachments", "n"),
    }
    found = [str(said % {"n": counts[name]}) for name, said in words.items() if counts.get(name)]
    return ", ".join(found) or _("nothing was held any more")
