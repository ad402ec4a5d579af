"""Many short lives of a run, each in a process of its own that is killed where it hurts, and a checker that compares what is left."""
