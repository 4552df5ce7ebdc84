"""Every bundled connector keeps the contract, on every one of its samples."""

from __future__ import annotations

from folkmoot_hub.registry import load_plugins
from folkmoot_hub.testing.connectors import ConnectorContract

_REGISTRY = load_plugins()


def _contract(source: str) -> type[ConnectorContract]:
    sample = _REGISTRY.samples[source]
    attributes = {
        "connector": _REGISTRY.connectors[sample.site.connector],
        "site": sample.site,
        "recording": sample.folder,
        "now": sample.at,
    }
    return type(f"Test{source.title().replace('.', '')}", (ConnectorContract,), attributes)


for _source in _REGISTRY.samples:
    _made = _contract(_source)
    globals()[_made.__name__] = _made


def test_every_bundled_connector_has_a_sample() -> None:
    assert {sample.site.connector for sample in _REGISTRY.samples.values()} == set(_REGISTRY.connectors)
