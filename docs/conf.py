"""How Sphinx builds the documentation."""

from importlib.metadata import version as version_of

project = "Folkmoot"
author = "The Folkmoot founders"
copyright = "The Folkmoot founders, EUPL-1.2"
release = version = version_of("folkmoot")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = False  # names of the standard library cannot be resolved without its inventory, which is not at hand offline

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"

html_theme = "furo"
html_title = f"Folkmoot {release}"
html_show_sphinx = False
html_show_copyright = False
