"""How dates and times are shown: short, and a time never without its zone."""
