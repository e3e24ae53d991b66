"""A client folder becomes a `Client`, or a full list of what is wrong with it."""

from toolkit.client.model import Attribute, Client, Settings, Source

__all__ = ["Attribute", "Client", "Settings", "Source"]
