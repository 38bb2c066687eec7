"""One update, several variants: sentences of the kit, filled from facts, each with the entries that it rests on."""
