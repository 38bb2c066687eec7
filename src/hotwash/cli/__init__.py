"""The command shell: one module a noun. Reads arguments, prints; decides nothing."""
