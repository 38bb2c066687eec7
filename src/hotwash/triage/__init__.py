"""From traces to who, what, when, where and how bad. Aggregates come from an engine through `ports.relation`; all statistics
are done here, on small tables."""
