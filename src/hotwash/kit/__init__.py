"""What an organisation brings to a drill: rules, roles, levers, alerts, rubric, systems and scenarios, as typed text."""
