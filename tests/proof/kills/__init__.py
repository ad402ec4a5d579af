"""Short lives of a run, each a process that is killed where it hurts, and a checker of what is left."""
