"""From a recorded drill and its exact counterfactuals to marks that can be defended."""
