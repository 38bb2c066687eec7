"""What leaves the room: what may be said, what the law asks for, who is told when. Pure, and a function of what is known."""
