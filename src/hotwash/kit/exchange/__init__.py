"""Kit and scenario in the formats of others: MSEL sheets, CEXF and OpenAEV exercises, CACAO playbooks."""
