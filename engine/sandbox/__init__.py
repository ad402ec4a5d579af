"""A small network of our own to rehearse on; it imports nothing else of this project."""

from engine.sandbox.ledger import Withdrawal, WrongClick
from engine.sandbox.messages import Received
from engine.sandbox.mutations import describe_mutation, is_hostile
from engine.sandbox.people import Person, load_people
from engine.sandbox.server import Sandbox

__all__ = [
    "Person",
    "Received",
    "Sandbox",
    "Withdrawal",
    "WrongClick",
    "describe_mutation",
    "is_hostile",
    "load_people",
]
