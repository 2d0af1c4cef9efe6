"""Pictures drawn on the server as SVG: the map of a route, the graph of relations.

Colours come from css/drawings.css, so they follow the theme and print; no script is needed.
"""
