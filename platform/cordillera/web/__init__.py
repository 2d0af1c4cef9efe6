"""The frame of every page: base templates, components, static files, navigation, palette."""
