"""What staff see of contacts: who they are, what passed between us, and who is not to be contacted."""

from contacts.admin import aliases, contacts, interactions, tags

__all__ = ["aliases", "contacts", "interactions", "tags"]
