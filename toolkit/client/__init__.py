"""A client folder becomes a `Client`, or a full list of what is wrong with it."""

from toolkit.client.dictionary import data_dictionary
from toolkit.client.load import check, load
from toolkit.client.model import Attribute, Client, Settings, Source
from toolkit.client.template import write_template

__all__ = [
    "Attribute",
    "Client",
    "Settings",
    "Source",
    "check",
    "data_dictionary",
    "load",
    "write_template",
]
