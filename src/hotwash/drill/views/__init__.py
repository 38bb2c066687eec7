"""What each audience may see. A view is built for an audience; nothing is filtered afterwards."""
