"""The hub's face to people and machines: pages, programming interface, the things themselves, channels."""
