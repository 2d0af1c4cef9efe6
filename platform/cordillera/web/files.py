"""The style sheets and scripts of every page, in the order of loading."""

STYLESHEETS = [
    f"css/{name}.css"
    for name in [
        "reset",
        "tokens",
        "base",
        "layout",
        "split",
        "controls",
        "chips",
        "cards",
        "tables",
        "forms",
        "messages",
        "drawings",
        "plain",
        "print",
    ]
]
MODULES = [
    f"js/{name}.js"
    for name in [
        "theme",
        "shortcuts",
        "dialog",
        "palette",
        "toasts",
        "live",
        "repeat",
        "combobox",
        "autosave",
        "session",
        "faults",
        "tabs",
    ]
]
