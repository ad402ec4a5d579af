"""A small network of our own to rehearse on; it imports nothing else of this project."""

from engine.sandbox.messages import Received
from engine.sandbox.people import Person, load_people
from engine.sandbox.server import Sandbox

__all__ = ["Person", "Received", "Sandbox", "load_people"]
