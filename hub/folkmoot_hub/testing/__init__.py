"""For authors of connectors: the contract suite that every connector's tests inherit, and the bench it works on.

==========  ==============================================================================
module      one idea
==========  ==============================================================================
connectors  the contract: what any connector must do, as a class of tests for pytest
bench       harvesting a recording into a store of its own, as the hub does it
fetchers    fetchers that misbehave: interrupted, HTML everywhere, the same page for ever
damage      items that are not as they were
watching    mappings that remember what was read of them
==========  ==============================================================================
"""
