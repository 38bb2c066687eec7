"""What a release has to show before traffic comes back: suites, their verdicts, and which configuration to contain with."""
