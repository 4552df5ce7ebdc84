"""The plugin: which connectors and samples this package brings, and which sites it knows."""

from __future__ import annotations

from collections.abc import Iterable

from folkmoot_connectors.agora_voting import AgoraVoting
from folkmoot_connectors.citizen_space import CitizenSpace
from folkmoot_connectors.cordis import Cordis
from folkmoot_connectors.eci import Eci
from folkmoot_connectors.ep_petitions import EpPetitions
from folkmoot_connectors.feed import FeedReader
from folkmoot_connectors.fupol import Fupol
from folkmoot_connectors.futurium import Futurium
from folkmoot_connectors.gothenburg_forum import GothenburgForum
from folkmoot_connectors.have_your_say import HaveYourSay
from folkmoot_connectors.kosovakosovo import Kosovakosovo
from folkmoot_connectors.malmo_initiative import MalmoInitiative
from folkmoot_connectors.openkratio import OpenKratio
from folkmoot_connectors.ourspace import OurSpace
from folkmoot_connectors.policy_compass import PolicyCompass
from folkmoot_connectors.puzzled_by_policy import PuzzledByPolicy
from folkmoot_connectors.sirvo_a_mi_pais import SirvoAMiPais
from folkmoot_connectors.sites import bundled_samples, bundled_sites
from folkmoot_connectors.solvit import Solvit
from folkmoot_connectors.your_priorities import YourPriorities
from folkmoot_hub.connector import Connector, Sample, Site
from folkmoot_hub.hooks import hookimpl


@hookimpl
def folkmoot_connectors() -> Iterable[type[Connector]]:
    """The connectors of this package."""
    return [
        Eci,
        CitizenSpace,
        FeedReader,
        HaveYourSay,
        YourPriorities,
        EpPetitions,
        AgoraVoting,
        MalmoInitiative,
        GothenburgForum,
        Futurium,
        OpenKratio,
        PolicyCompass,
        Solvit,
        PuzzledByPolicy,
        Cordis,
        Fupol,
        Kosovakosovo,
        SirvoAMiPais,
        OurSpace,
    ]


@hookimpl
def folkmoot_sites() -> Iterable[Site]:
    """The sites in ``sites.toml``."""
    return bundled_sites()


@hookimpl
def folkmoot_samples() -> Iterable[Sample]:
    """The sites in ``samples/sites.toml`` with their recordings."""
    return bundled_samples()
