"""Reading people from files: one file per format, and one writer."""
