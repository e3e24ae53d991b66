"""A client folder becomes a `Client`, or a full list of what is wrong with it."""

from toolkit.client.load import check_folder, load
from toolkit.client.model import Attribute, Client, ClientSettings, TableSource
from toolkit.client.template import data_dictionary, write_template

__all__ = [
    "Attribute",
    "Client",
    "ClientSettings",
    "TableSource",
    "check_folder",
    "data_dictionary",
    "load",
    "write_template",
]
