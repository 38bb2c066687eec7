"""The postmortem of a drill: built from its record, edited by people, checked sentence by sentence."""
