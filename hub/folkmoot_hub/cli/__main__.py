"""``python -m folkmoot_hub.cli``."""

from folkmoot_hub.cli import main

main()
